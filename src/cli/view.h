/* Results for people: lines and tables from any result, and special views for some. */
#ifndef CLI_VIEW_H
#define CLI_VIEW_H

#include "engine/operation.h"

/* Text under construction. */
struct view {
	GString *text;
	bool colour;
};

enum view_tone { TONE_PLAIN, TONE_GOOD, TONE_BAD, TONE_FAINT, TONE_STRONG };

/* Newly allocated text; `colour` allows escape sequences. */
char *view_result(const struct operation *operation, const struct value *result, bool colour);
/* An error of the library (its JSON), for standard error. */
char *view_error(const char *error, bool colour);

void view_add(struct view *view, enum view_tone tone, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* A list of objects as a table: the members that are named (NULL-terminated), or all scalar ones. */
void view_table(struct view *view, const struct value *list, const char *const *columns);
/* A member: its text, "" where there is none; its number, 0. */
const char *view_text_of(const struct value *object, const char *member);
int view_number_of(const struct value *object, const char *member);
/* Every member of an object that has something to say. */
void view_members(struct view *view, const struct value *object);
/* The text of a scalar or of a list of scalars, without control characters; newly allocated. */
char *view_scalar(const struct value *value);

/* What models were asked (NULL: nothing), and a list of estimates of what they will be. */
void view_models(struct view *view, const struct value *models);
void view_estimate(struct view *view, const struct value *estimates);

/* Special views. */
void view_run(struct view *view, const struct value *result);
void view_show(struct view *view, const struct value *result);
void view_plan(struct view *view, const struct value *result);
void view_analysis(struct view *view, const struct value *result);
void view_verify(struct view *view, const struct value *result);
/* The part of view_verify for recordings. */
void view_traffic(struct view *view, const struct value *result);
void view_demo(struct view *view, const struct value *result);
void view_doctor(struct view *view, const struct value *result);
void view_persona(struct view *view, const struct value *result);
void view_schema(struct view *view, const struct value *result);
void view_suite(struct view *view, const struct value *result);
void view_lint(struct view *view, const struct value *result);
void view_orchestrate(struct view *view, const struct value *result);
void view_rules(struct view *view, const struct value *result);

#endif
