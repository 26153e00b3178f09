/// How the report looks on a screen and on paper.
enum ReportStyle {
    static let css: StaticString = """

        @page { size: A4; margin: 16mm 14mm; }
        body { font: 10pt/1.4 "Liberation Sans", Helvetica, Arial, sans-serif; color: #1b1b1b; max-width: 62em;
          margin: 2em auto; padding: 0 1em; }
        h1 { font-size: 1.7em; margin: 0 0 .2em; }
        h2 { font-size: 1.2em; margin: 2em 0 .5em; padding-bottom: .2em; border-bottom: 1px solid #1b1b1b;
          break-after: avoid; page-break-after: avoid; }
        p { margin: .5em 0; }
        table { border-collapse: collapse; width: 100%; margin: .6em 0; }
        thead { display: table-header-group; }
        th, td { text-align: left; vertical-align: top; padding: .3em .6em .3em 0; border-bottom: 1px solid #d0d0d0; }
        thead th { border-bottom: 1px solid #1b1b1b; font-weight: bold; }
        th.n, td.n { text-align: right; padding-left: .6em; padding-right: 0; font-variant-numeric: tabular-nums; }
        tr { break-inside: avoid; page-break-inside: avoid; }
        tbody.job > tr { break-inside: auto; page-break-inside: auto; }
        tbody.job > tr:first-child, dt { break-after: avoid; page-break-after: avoid; }
        tbody.job > tr > td { border-bottom: 0; }
        tbody.job > tr:first-child > td { border-top: 1px solid #909090; font-weight: bold; }
        tbody.job > tr:last-child > td { padding-bottom: 1em; }
        dl { display: grid; grid-template-columns: 9em 1fr; margin: 0; }
        dt { color: #555; }
        dd { margin: 0 0 .25em; overflow-wrap: anywhere; }
        table.inner { margin: 0; }
        table.inner td, table.inner th { padding: .1em .6em .1em 0; border-bottom: 1px dotted #d0d0d0; }
        table.facts th { width: 11em; font-weight: normal; color: #555; }
        code, pre { font: .88em/1.4 "Liberation Mono", Menlo, Consolas, monospace; }
        code { overflow-wrap: anywhere; }
        pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f4f4f4; padding: .6em .8em; margin: .4em 0;
          break-inside: avoid; page-break-inside: avoid; }
        ol > li { margin-bottom: 1em; }
        th { overflow-wrap: normal; }
        .n + td, .n + th { padding-left: 1.2em; }
        #mappings td:first-child { overflow-wrap: anywhere; }
        .inner th, .time, #jobs > tbody > tr:first-child > td:first-child, #refusals td:first-child,
          #looks td:first-child, #others td:first-child, #gaps td:nth-child(-n+2),
          #mappings td:nth-child(2) { white-space: nowrap; }
        #others td, #looks td, #refusals td { overflow-wrap: anywhere; }
        .note { color: #555; }
        .bad { color: #9c1c1c; }
        @media print { body { max-width: none; margin: 0; padding: 0; font-size: 9pt; } pre { border: 1px solid #d0d0d0; }
          .part { break-before: page; page-break-before: always; } }

        """
}
