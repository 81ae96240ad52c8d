#include "base/mailbox.h"

#include <pthread.h>

#include "base/clock.h"
#include "expect.h"

enum { PRODUCERS = 4, EACH = 20000 };

/* Messages are numbers here: producer times EACH plus position plus one, never NULL. */
struct producer {
	struct mailbox *mailbox;
	size_t number, count;
};

static int64_t
patience(void)
{
	return clock_ms() + 120000;
}

static void *
produce(void *data)
{
	const struct producer *producer = data;
	for (size_t i = 0; i < producer->count; i++)
		mailbox_post(producer->mailbox, GSIZE_TO_POINTER(producer->number * EACH + i + 1));
	return NULL;
}

static void
start_producers(struct mailbox *mailbox, struct producer *producers, pthread_t *threads)
{
	for (size_t i = 0; i < PRODUCERS; i++) {
		producers[i] = (struct producer){ .mailbox = mailbox, .number = i, .count = EACH };
		g_assert_cmpint(pthread_create(&threads[i], NULL, produce, &producers[i]), ==, 0);
	}
}

static void
test_order(void)
{
	struct mailbox *mailbox = mailbox_create();
	void **messages;
	for (size_t round = 0; round < 5; round++) {
		for (size_t i = 0; i < 1000 * round; i++)
			mailbox_post(mailbox, GSIZE_TO_POINTER(i + 1));
		g_assert_cmpuint(mailbox_take_all(mailbox, 0, &messages), ==, 1000 * round);
		for (size_t i = 0; i < 1000 * round; i++)
			g_assert_cmpuint(GPOINTER_TO_SIZE(messages[i]), ==, i + 1);
	}
	g_assert_cmpuint(mailbox_take_all(mailbox, 0, &messages), ==, 0);
	for (size_t i = 0; i < 200; i++) {
		mailbox_post(mailbox, GSIZE_TO_POINTER(i + 1));
		mailbox_post(mailbox, GSIZE_TO_POINTER(i + 1000));
		g_assert_cmpuint(GPOINTER_TO_SIZE(mailbox_take_one(mailbox, 0)), ==, i + 1);
		g_assert_cmpuint(GPOINTER_TO_SIZE(mailbox_take_one(mailbox, 0)), ==, i + 1000);
		g_assert_null(mailbox_take_one(mailbox, 0));
	}
	mailbox_destroy(mailbox, NULL);
	mailbox_destroy(NULL, NULL);
}

/* Four threads post, one takes all there is: nothing is lost, each thread's messages keep their order. */
static void
test_one_reader(void)
{
	struct mailbox *mailbox = mailbox_create();
	struct producer producers[PRODUCERS];
	pthread_t threads[PRODUCERS];
	size_t seen[PRODUCERS] = { 0 }, all = 0;
	start_producers(mailbox, producers, threads);
	while (all < PRODUCERS * EACH) {
		void **messages;
		size_t count = mailbox_take_all(mailbox, patience(), &messages);
		g_assert_cmpuint(count, >, 0);
		for (size_t i = 0; i < count; i++) {
			size_t message = GPOINTER_TO_SIZE(messages[i]) - 1;
			g_assert_cmpuint(message % EACH, ==, seen[message / EACH]++);
		}
		all += count;
	}
	for (size_t i = 0; i < PRODUCERS; i++)
		pthread_join(threads[i], NULL);
	mailbox_destroy(mailbox, NULL);
}

struct reader {
	struct mailbox *mailbox;
	gint *seen;
	size_t count;
};

static void *
take_until_closed(void *data)
{
	struct reader *reader = data;
	for (void *message; (message = mailbox_take_one(reader->mailbox, patience())); reader->count++)
		g_atomic_int_inc(&reader->seen[GPOINTER_TO_SIZE(message) - 1]);
	return NULL;
}

/* Four threads post, three take one at a time: each message reaches exactly one of them. */
static void
test_several_readers(void)
{
	struct mailbox *mailbox = mailbox_create();
	struct producer producers[PRODUCERS];
	struct reader readers[3];
	pthread_t threads[PRODUCERS], reading[G_N_ELEMENTS(readers)];
	g_autofree gint *seen = g_new0(gint, PRODUCERS * EACH);
	for (size_t i = 0; i < G_N_ELEMENTS(readers); i++) {
		readers[i] = (struct reader){ .mailbox = mailbox, .seen = seen };
		g_assert_cmpint(pthread_create(&reading[i], NULL, take_until_closed, &readers[i]), ==, 0);
	}
	start_producers(mailbox, producers, threads);
	for (size_t i = 0; i < PRODUCERS; i++)
		pthread_join(threads[i], NULL);
	mailbox_close(mailbox);
	size_t all = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(readers); i++) {
		pthread_join(reading[i], NULL);
		all += readers[i].count;
	}
	g_assert_cmpuint(all, ==, PRODUCERS * EACH);
	for (size_t i = 0; i < PRODUCERS * EACH; i++)
		g_assert_cmpint(seen[i], ==, 1);
	mailbox_destroy(mailbox, NULL);
}

struct pair {
	struct mailbox *there, *back;
};

static void *
answer(void *data)
{
	struct pair *pair = data;
	for (void *message; (message = mailbox_take_one(pair->there, patience()));)
		mailbox_post(pair->back, message);
	return NULL;
}

/* One message at a time, there and back: a lost wake-up would show as a NULL after two minutes. */
static void
test_ping_pong(void)
{
	struct pair pair = { mailbox_create(), mailbox_create() };
	pthread_t thread;
	g_assert_cmpint(pthread_create(&thread, NULL, answer, &pair), ==, 0);
	for (size_t i = 1; i <= 20000; i++) {
		void **messages;
		mailbox_post(pair.there, GSIZE_TO_POINTER(i));
		g_assert_cmpuint(mailbox_take_all(pair.back, patience(), &messages), ==, 1);
		g_assert_cmpuint(GPOINTER_TO_SIZE(messages[0]), ==, i);
	}
	mailbox_close(pair.there);
	pthread_join(thread, NULL);
	mailbox_destroy(pair.there, NULL);
	mailbox_destroy(pair.back, NULL);
}

static void
test_deadline(void)
{
	struct mailbox *mailbox = mailbox_create();
	void **messages;
	int64_t deadline = clock_ms() + 30;
	g_assert_null(mailbox_take_one(mailbox, deadline));
	g_assert_cmpint(clock_ms(), >=, deadline);
	deadline = clock_ms() + 30;
	g_assert_cmpuint(mailbox_take_all(mailbox, deadline, &messages), ==, 0);
	g_assert_cmpint(clock_ms(), >=, deadline);
	/* Long past, and before the clock began. */
	g_assert_null(mailbox_take_one(mailbox, 0));
	g_assert_null(mailbox_take_one(mailbox, -5000));
	mailbox_destroy(mailbox, NULL);
}

static void
test_close(void)
{
	struct mailbox *mailbox = mailbox_create();
	void **messages;
	g_assert_false(mailbox_is_closed(mailbox));
	mailbox_post(mailbox, mailbox);
	mailbox_close(mailbox);
	g_assert_true(mailbox_is_closed(mailbox));
	mailbox_post(mailbox, mailbox);
	/* A closed mailbox gives what it has, and nobody waits at it. */
	g_assert_cmpuint(mailbox_take_all(mailbox, INT64_MAX, &messages), ==, 2);
	g_assert_cmpuint(mailbox_take_all(mailbox, INT64_MAX, &messages), ==, 0);
	g_assert_null(mailbox_take_one(mailbox, INT64_MAX));
	mailbox_destroy(mailbox, NULL);
}

static void
test_discard(void)
{
	struct mailbox *mailbox = mailbox_create();
	for (unsigned i = 0; i < 5; i++)
		mailbox_post(mailbox, g_strdup_printf("%u", i));
	g_autofree char *first = mailbox_take_one(mailbox, 0);
	g_assert_cmpstr(first, ==, "0");
	mailbox_destroy(mailbox, g_free);   /* the leak check sees whether all four went */
}

/* Answers into each mailbox that is asked for; ends with the closed one. */
static void *
reply(void *data)
{
	struct mailbox *asked = data, *box;
	while ((box = mailbox_take_one(asked, patience())))
		mailbox_post(box, box);
	return NULL;
}

/* Who waits for one reply destroys the mailbox as soon as it is there. */
static void
test_replies(void)
{
	struct mailbox *asked = mailbox_create();
	pthread_t thread;
	g_assert_cmpint(pthread_create(&thread, NULL, reply, asked), ==, 0);
	for (unsigned i = 0; i < 2000; i++) {
		struct mailbox *box = mailbox_create();
		mailbox_post(asked, box);
		g_assert_true(mailbox_take_one(box, patience()) == box);
		mailbox_destroy(box, NULL);
	}
	mailbox_close(asked);
	pthread_join(thread, NULL);
	mailbox_destroy(asked, NULL);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mailbox/order", test_order);
	g_test_add_func("/mailbox/one-reader", test_one_reader);
	g_test_add_func("/mailbox/several-readers", test_several_readers);
	g_test_add_func("/mailbox/ping-pong", test_ping_pong);
	g_test_add_func("/mailbox/deadline", test_deadline);
	g_test_add_func("/mailbox/close", test_close);
	g_test_add_func("/mailbox/discard", test_discard);
	g_test_add_func("/mailbox/replies", test_replies);
	return g_test_run();
}
