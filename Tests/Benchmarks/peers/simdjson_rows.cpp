// A page with simdjson's on-demand reader, its cells written as lines of JSON: `simdjson_rows PAGE RUNS`, one line of
// JSON. Texts are copied as they stand, and nothing is converted by type: the ceiling of what a reader of JSON can do.
#include <simdjson.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

using namespace simdjson;

static char *output;
static size_t length;

static void put(const char *bytes, size_t count) {
    std::memcpy(output + length, bytes, count);
    length += count;
}

static void cells(ondemand::array array);

static void value(ondemand::value node) {
    switch (node.type().value()) {
    case ondemand::json_type::string: {
        // Up to the next token, commas excluded, as this reader gives it.
        std::string_view token = node.raw_json_token();
        put(token.data(), token.size());
        break;
    }
    case ondemand::json_type::object:
        cells(node.get_object().value().find_field("f").get_array().value());
        break;
    case ondemand::json_type::array:
        cells(node.get_array().value());
        break;
    default:
        put("null", 4);
    }
}

static void cells(ondemand::array array) {
    put("[", 1);
    bool is_first = true;
    for (auto cell : array) {
        if (!is_first) put(",", 1);
        is_first = false;
        value(cell.get_object().value().find_field("v").value());
    }
    put("]", 1);
}

int main(int count, char **arguments) {
    if (count != 3) return 2;
    padded_string page = padded_string::load(arguments[1]).value();
    output = static_cast<char *>(std::malloc(2 * page.size()));
    ondemand::parser parser;
    size_t rows = 0;
    std::printf("{\"nanoseconds\":[");
    int runs = std::atoi(arguments[2]);
    for (int run = 0; run < runs; run++) {
        timespec start, end;
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start);
        length = 0;
        rows = 0;
        ondemand::document document = parser.iterate(page);
        for (auto row : document.find_field("rows").get_array()) {
            cells(row.get_object().find_field("f").get_array().value());
            put("\n", 1);
            rows++;
        }
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
        std::printf("%s%lld", run ? "," : "",
                    (long long)(end.tv_sec - start.tv_sec) * 1000000000LL + (end.tv_nsec - start.tv_nsec));
    }
    std::printf("],\"rows\":%zu,\"output\":%zu,\"kernel\":\"%s\"}\n", rows, length,
                get_active_implementation()->name().c_str());
    return 0;
}
