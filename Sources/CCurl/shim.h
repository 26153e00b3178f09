#ifndef SCRIM_CCURL_SHIM_H
#define SCRIM_CCURL_SHIM_H

#include <curl/curl.h>
#include <stdint.h>

// curl_easy_setopt, curl_easy_getinfo and curl_multi_setopt are variadic, which Swift cannot call:
// one wrapper for each type of argument.

static inline CURLcode scrim_curl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode scrim_curl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode scrim_curl_set_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode scrim_curl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}

// The functions that libcurl calls share one context pointer.
typedef size_t (*scrim_curl_data_function)(char *data, size_t size, size_t count, void *context);
typedef int (*scrim_curl_seek_function)(void *context, curl_off_t offset, int origin);

static inline void scrim_curl_set_callbacks(
    CURL *easy,
    scrim_curl_data_function header,
    scrim_curl_data_function write,
    scrim_curl_data_function read,
    scrim_curl_seek_function seek,
    void *context
) {
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, context);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, write);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, context);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, read);
    curl_easy_setopt(easy, CURLOPT_READDATA, context);
    curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, seek);
    curl_easy_setopt(easy, CURLOPT_SEEKDATA, context);
}

static inline curl_off_t scrim_curl_get_offset(CURL *easy, CURLINFO info) {
    curl_off_t value = 0;
    return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : 0;
}

// CURLOPT_PRIVATE keeps a pointer; here it carries a number, which cannot dangle.
static inline void scrim_curl_set_private(CURL *easy, curl_off_t value) {
    curl_easy_setopt(easy, CURLOPT_PRIVATE, (void *)(intptr_t)value);
}

static inline curl_off_t scrim_curl_get_private(CURL *easy) {
    void *value = NULL;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &value);
    return (curl_off_t)(intptr_t)value;
}

static inline CURLMcode scrim_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

// The next finished transfer, or NULL; the message's union is out of Swift's reach.
static inline CURL *scrim_curl_next_finished(CURLM *multi, CURLcode *code) {
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left))) {
        if (message->msg == CURLMSG_DONE) {
            *code = message->data.result;
            return message->easy_handle;
        }
    }
    return NULL;
}

// Macros with casts, which Swift does not import.
static const long scrim_curl_global_default = CURL_GLOBAL_DEFAULT;
static const size_t scrim_curl_write_pause = CURL_WRITEFUNC_PAUSE;

#endif
