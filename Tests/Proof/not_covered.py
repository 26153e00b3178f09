"""Functions of the pass list that the proof does not compare, each with the reason."""

from __future__ import annotations

REASONS = {
    "chance": "gives another value on each call, so that two runs are never the same",
    "no engine": "neither DuckDB behind sqlglot nor ZetaSQL's reference implementation evaluates it",
    "trap": "ZetaSQL's WebAssembly breaks down over it (it reads a file that is not there), and DuckDB lacks it",
    "measure": "takes a measure of a graph or a semantic view, which no table here has",
    "map key": "a subscript of maps of protocol buffers, which no table here has",
}


def _of(reason: str, names: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), reason)


FUNCTIONS: dict[str, str] = (
    _of("chance", "GENERATE_UUID NEW_UUID RAND")
    | _of("trap", "NET.PUBLIC_SUFFIX NET.REG_DOMAIN")
    | _of("measure", "AGG")
    | _of("map key", "KEY SAFE_KEY")
    | _of("no engine", """
        APPROX_TOP_COUNT APPROX_TOP_SUM ARRAY_FIND ARRAY_OFFSET BAG_OF_WORDS HLL_COUNT.MERGE HLL_COUNT.MERGE_PARTIAL
        KLL_QUANTILES.EXTRACT_FLOAT64 KLL_QUANTILES.EXTRACT_INT64 KLL_QUANTILES.EXTRACT_POINT_FLOAT64
        KLL_QUANTILES.EXTRACT_POINT_INT64 KLL_QUANTILES.EXTRACT_RELATIVE_RANK_FLOAT64
        KLL_QUANTILES.EXTRACT_RELATIVE_RANK_INT64 KLL_QUANTILES.INIT_FLOAT64 KLL_QUANTILES.INIT_INT64
        KLL_QUANTILES.MERGE_FLOAT64 KLL_QUANTILES.MERGE_INT64 KLL_QUANTILES.MERGE_PARTIAL
        KLL_QUANTILES.MERGE_POINT_FLOAT64 KLL_QUANTILES.MERGE_POINT_INT64 KLL_QUANTILES.MERGE_RELATIVE_RANK_FLOAT64
        KLL_QUANTILES.MERGE_RELATIVE_RANK_INT64 S2_CELLIDFROMPOINT S2_COVERINGCELLIDS SEARCH
        ST_ANGLE ST_ASKML ST_BOUNDINGBOX ST_BUFFERWITHTOLERANCE ST_CENTROID_AGG ST_CLUSTERDBSCAN ST_DUMPPOINTS ST_EXTENT
        ST_GEOGFROM ST_GEOGFROMKML ST_GEOGPOINTFROMGEOHASH ST_GEOHASH ST_HAUSDORFFDISTANCE ST_HAUSDORFFDWITHIN
        ST_INTERIORRINGS ST_NEAREST_NEIGHBORS ST_UNARYUNION TEXT_ANALYZE TF_IDF"""))
