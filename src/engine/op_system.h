/* Operations on the house itself: doctor, settings, catalogue, projects, clean-up. */
#ifndef ENGINE_OP_SYSTEM_H
#define ENGINE_OP_SYSTEM_H

#include "engine/operation.h"
#include "engine/op_team.h"

struct doctor_request {
	bool self_test;
};
extern const struct record_type doctor_request_record;

struct doctor_check {
	char *name;
	bool ok;
	char *found, *remedy;
};
RECORD_LIST_OF(doctor_check);
extern const struct record_type doctor_check_record;

struct setting_entry {
	char *name, *value, *origin, *variable, *help;
};
RECORD_LIST_OF(setting_entry);
extern const struct record_type setting_entry_record;

struct doctor_result {
	bool ok;
	struct doctor_check_list checks;
	struct setting_entry_list settings;
};
extern const struct record_type doctor_result_record;

struct config_result {
	struct setting_entry_list settings;
};
extern const struct record_type config_result_record;

struct folder_request {
	char *folder;
};
extern const struct record_type folder_request_record;

struct files_result {
	char *folder;
	int64_t written;
	char **files;
};
extern const struct record_type files_result_record;

struct gc_request {
	int64_t days, keep;
	bool dry_run;
};
extern const struct record_type gc_request_record;

struct gc_result {
	char **runs;
	int64_t blobs, bytes;
	bool dry_run;
};
extern const struct record_type gc_result_record;

struct operation_info {
	char *name, *command, *help;
	bool writes;
	struct doc *request, *result;
};
RECORD_LIST_OF(operation_info);
extern const struct record_type operation_info_record;

struct operations_result {
	struct operation_info_list operations;
};
extern const struct record_type operations_result_record;

operation_handler op_doctor, op_config, op_catalogue_list, op_catalogue_export, op_init, op_gc, op_operations;

#endif
