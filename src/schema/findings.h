/* Findings in plain words. None of these is called where only the verdict counts, but for
 * findings_report, which does nothing then. */
#ifndef SCHEMA_FINDINGS_H
#define SCHEMA_FINDINGS_H

#include "schema/check.h"

/* A finding about `value` by the keyword (a key of the schema being applied); returns false. */
bool findings_report(struct check *check, const struct value *keyword, const struct value *value, const char *format, ...)
	G_GNUC_PRINTF(4, 5);
/* A rule about a single value failed; nothing for rules that report by themselves. */
void findings_explain(struct check *check, const struct rule *rule, const struct value *value);
/* A value has none of a schema's types. */
void findings_type(struct check *check, const struct node *node, const struct value *value);
/* A member whose name no rule knows; returns false. */
bool findings_unknown(struct check *check, const struct value *keyword, const struct value *key);
/* A member that does not travel this way was sent; returns false. */
bool findings_stays(struct check *check, const struct node *node, const struct value *value);
/* Two equal items where all must differ. */
void findings_same(struct check *check, const struct value *keyword, const struct value *first, const struct value *second);
/* A text that is none of the names. */
void findings_names(struct check *check, const struct value *keyword, const struct value *text, const struct names *names);
/* A value fits none of the alternatives: that, and what is wrong with the nearest of them. */
void findings_alternatives(struct check *check, const struct rule *rule, const struct value *value);
/* The check was ended before its time. */
void findings_stop(struct check *check, enum check_stop why);

#endif
