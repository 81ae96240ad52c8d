/* Faults that are wanted: what goes wrong with an answer, how, and how often. */
#ifndef CONTRACT_INJECTION_H
#define CONTRACT_INJECTION_H

#include "base/http_server.h"

enum injection_kind { INJECT_DELAY, INJECT_STATUS, INJECT_CUT, INJECT_DRIP, INJECT_MALFORMED, INJECT_TYPE, INJECTION_KINDS };

struct injection {
	double chance;               /* 0 to 1; 0: never */
	double low, high;            /* delay: milliseconds; status, cut: low alone; drip: bytes, and milliseconds between */
	char *text;                  /* type: the media type */
};

/* One of each kind at most. */
struct injections {
	struct injection kinds[INJECTION_KINDS];
};

/* "delay=100..300, status=503@10%, cut@1%": comma or semicolon between, a chance behind each.
 *   delay=200  delay=100..300  delay=200~20%  delay=1.5s     milliseconds, where no unit is said
 *   status=503  cut (no answer)  cut=100 (after so many bytes)  drip=10/100 (bytes/ms)  malformed  type=text/html
 * "none" is none. False with ERR_USAGE. */
bool injections_read(const char *text, struct injections *ret, GError **error);
void injections_clear(struct injections *injections);

/* What really happens to one answer. */
struct mishap {
	int status;                  /* 0: the usual one */
	bool malformed;
	const char *type;            /* NULL: the usual one; borrows from the injections */
	struct http_manner manner;
	GString *told;               /* "delay=213, status=503"; NULL where nothing happens */
};

/* Casts the dice: two throws for each kind that may happen, whether it does or not, so that a seed means the same. */
void injections_decide(const struct injections *injections, GRand *dice, struct mishap *ret);
void mishap_clear(struct mishap *mishap);

#endif
