// A page as a tree of json-c, its cells written as lines of JSON: `json_c_rows PAGE RUNS`, one line of JSON.
// What is written has no escapes, which only makes this side faster than it would be.
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char *output;
static size_t length;

static void put(const char *bytes, size_t count) {
    memcpy(output + length, bytes, count);
    length += count;
}

static void value(struct json_object *node) {
    switch (json_object_get_type(node)) {
    case json_type_string:
        put("\"", 1);
        put(json_object_get_string(node), json_object_get_string_len(node));
        put("\"", 1);
        break;
    case json_type_object: {
        struct json_object *cells = NULL;
        if (json_object_object_get_ex(node, "f", &cells)) value(cells);
        break;
    }
    case json_type_array:
        put("[", 1);
        for (size_t i = 0; i < json_object_array_length(node); i++) {
            struct json_object *cell = NULL;
            if (i > 0) put(",", 1);
            json_object_object_get_ex(json_object_array_get_idx(node, i), "v", &cell);
            value(cell);
        }
        put("]", 1);
        break;
    default:
        put("null", 4);
    }
}

int main(int count, char **arguments) {
    if (count != 3) return 2;
    FILE *file = fopen(arguments[1], "rb");
    if (!file) return 1;
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file);
    rewind(file);
    char *page = malloc(size);
    if (!page || fread(page, 1, size, file) != size) return 1;
    output = malloc(2 * size);
    size_t rows_seen = 0;
    printf("{\"nanoseconds\":[");
    int runs = atoi(arguments[2]);
    for (int run = 0; run < runs; run++) {
        struct timespec start, end;
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start);
        length = 0;
        struct json_tokener *tokener = json_tokener_new();
        struct json_object *root = json_tokener_parse_ex(tokener, page, (int)size), *rows = NULL;
        if (!root || !json_object_object_get_ex(root, "rows", &rows)) return 1;
        rows_seen = json_object_array_length(rows);
        for (size_t i = 0; i < rows_seen; i++) {
            value(json_object_array_get_idx(rows, i));
            put("\n", 1);
        }
        json_object_put(root);
        json_tokener_free(tokener);
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
        printf("%s%lld", run ? "," : "",
               (long long)(end.tv_sec - start.tv_sec) * 1000000000LL + (end.tv_nsec - start.tv_nsec));
    }
    printf("],\"rows\":%zu,\"output\":%zu}\n", rows_seen, length);
    return 0;
}
