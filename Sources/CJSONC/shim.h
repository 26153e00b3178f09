#ifndef SCRIM_CJSONC_SHIM_H
#define SCRIM_CJSONC_SHIM_H

#include <json-c/json_object.h>
#include <json-c/json_object_iterator.h>
#include <json-c/json_tokener.h>

// The flags are macros of their own; the wrapper keeps the one combination that is used in one place.
static inline void scrim_json_tokener_make_strict(struct json_tokener *tokener) {
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
}

// The iterator's fields are private to json-c, and comparing two iterators takes both by address.
static inline int scrim_json_iterator_at_end(const struct json_object_iterator *iterator, const struct json_object *object) {
    struct json_object_iterator end = json_object_iter_end(object);
    return json_object_iter_equal(iterator, &end);
}

#endif
