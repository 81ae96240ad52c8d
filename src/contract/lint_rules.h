/* The rules: what each looks at stands in the table, how it judges in the file of its noun. */
#ifndef CONTRACT_LINT_RULES_H
#define CONTRACT_LINT_RULES_H

#include "contract/lint_model.h"

/* lint_paths.c */
lint_visit lint_path_form, lint_path_name_twice, lint_path_query, lint_path_fragment, lint_path_slash, lint_path_identical, lint_path_ambiguous, lint_path_undeclared, lint_path_unknown;
/* lint_operations.c */
lint_visit lint_operation_id_unique, lint_operation_id_safe, lint_operation_id, lint_operation_summary, lint_operation_success,
	lint_operation_failure, lint_operation_body, lint_operation_tags, lint_operation_security, lint_responses_empty, lint_status_known,
	lint_media_name, lint_encoding_property, lint_header_ignored;
/* lint_parameters.c */
lint_visit lint_parameter_unique, lint_parameter_required, lint_parameter_style, lint_parameter_content, lint_parameter_ignored,
	lint_parameter_empty, lint_parameter_deep, lint_parameter_querystring, lint_parameter_querystring_mixed;
/* lint_servers.c */
lint_visit lint_servers_missing, lint_server_slash, lint_server_example, lint_server_undefined, lint_server_unused, lint_server_enum,
	lint_server_default, lint_security_undefined, lint_security_scopes, lint_security_scope_undefined, lint_security_unused;
/* lint_schemas.c */
lint_visit lint_schema_items, lint_schema_nullable, lint_schema_nullable_enum, lint_schema_range, lint_schema_pattern, lint_schema_enum_type,
	lint_schema_enum_unique, lint_schema_required_unique, lint_schema_required_empty, lint_schema_required_undefined, lint_schema_read_write,
	lint_schema_keywords, lint_schema_format, lint_schema_composition, lint_schema_one_alternative, lint_schema_exclusive, lint_discriminator_mapping,
	lint_discriminator_required;
/* lint_examples.c */
lint_visit lint_example_schema, lint_example_content, lint_default_type, lint_default;
void lint_check_examples(struct lint *lint);
/* lint_components.c */
lint_visit lint_component_name, lint_component_unused, lint_tag_unique, lint_tag_description, lint_tag_parent, lint_info_license, lint_info_contact,
	lint_info_description, lint_license_place, lint_text_script;
/* lint_links.c */
lint_visit lint_link_operation, lint_link_parameters, lint_link_expression, lint_callback_expression;

#endif
