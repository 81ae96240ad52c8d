/* The operation that serves a document as a mock until somebody interrupts. */
#ifndef ENGINE_OP_MOCK_H
#define ENGINE_OP_MOCK_H

#include "engine/operation.h"

struct mock_request {
	char *spec, *address, *record, *fault, *tls_cert, *tls_key, *restore, *snapshot;
	int64_t port, seed, items, body_max, connections, idle;
	bool stateless, dynamic, no_validate, no_cors, no_watch, tls;
};
extern const struct record_type mock_request_record;

struct mock_result {
	char *url, *recorded;
	int64_t requests;
};
extern const struct record_type mock_result_record;

operation_handler op_mock_serve;

#endif
