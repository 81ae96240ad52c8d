/* Operations on recordings: from one form of file into another. */
#ifndef ENGINE_OP_RECORDING_H
#define ENGINE_OP_RECORDING_H

#include "engine/operation.h"

struct convert_request {
	char *input, *output;
	char *format;                /* NULL: by the ending of `output` */
	char *consumer, *provider, *origin;
};
extern const struct record_type convert_request_record;

struct convert_result {
	char *from, *to, *output;
	int64_t exchanges, skipped;
};
extern const struct record_type convert_result_record;

operation_handler op_recording_convert;

#endif
