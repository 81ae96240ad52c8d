/* Patience with connections. libmicrohttpd closes one that is silent; this closes one that talks but never comes to a
 * whole request, byte by byte. Each has an alarm that looks at it once in a while. Where there are too many, those that
 * are idle leave before that. */
#include <stdatomic.h>
#include <sys/socket.h>

#include "base/http_serving.h"

struct http_peer {
	unsigned number;
	int file;
	atomic_uint begun, ended;    /* requests that were whole; answers that are */
	unsigned seen;               /* of `begun`, when its alarm rang last */
	bool leaving;                /* shut down, but not gone yet */
};

static void look_at(void *data);

/* An alarm knows its peer by number only: the peer may be gone when it rings. */
struct look {
	struct http_server *server;
	unsigned number;
};

static void
set_alarm(struct http_server *server, unsigned number)
{
	struct look *look = g_new(struct look, 1);
	*look = (struct look){ server, number };
	if (!alarms_set(server->alarms, server->patience_ms, look_at, look))
		g_free(look);
}

static void
look_at(void *data)
{
	struct look *look = data;
	struct http_server *server = look->server;
	pthread_mutex_lock(&server->mutex);
	struct http_peer *peer = g_hash_table_lookup(server->peers, GUINT_TO_POINTER(look->number));
	bool busy = peer && (peer->begun != peer->ended || peer->begun != peer->seen);
	if (peer && !busy)
		shutdown(peer->file, SHUT_RDWR);
	if (busy)
		peer->seen = peer->begun;
	pthread_mutex_unlock(&server->mutex);
	if (busy)
		set_alarm(server, look->number);
	g_free(look);
}

/* The oldest that waits for nothing and, of those, one that never asked anything; NULL for none. */
static struct http_peer *
find_idle(struct http_server *server, bool silent)
{
	for (unsigned number = server->oldest; number <= server->peer_number; number++) {
		struct http_peer *peer = g_hash_table_lookup(server->peers, GUINT_TO_POINTER(number));
		if (!peer && number == server->oldest)
			server->oldest++;
		if (peer && !peer->leaving && peer->begun == peer->ended && (!silent || !peer->begun))
			return peer;
	}
	return NULL;
}

/* Nearly as many as there may be: whoever comes next is to be heard, so that somebody idle has to leave. */
static void
make_room(struct http_server *server)
{
	struct http_peer *peer = find_idle(server, true);
	peer = peer ? peer : find_idle(server, false);
	if (!peer)
		return;
	peer->leaving = true;
	shutdown(peer->file, SHUT_RDWR);
}

void
http_peer_notify(void *data, struct MHD_Connection *connection, void **context, enum MHD_ConnectionNotificationCode code)
{
	struct http_server *server = data;
	struct http_peer *peer = *context;
	if (code != MHD_CONNECTION_NOTIFY_STARTED) {
		pthread_mutex_lock(&server->mutex);
		g_hash_table_remove(server->peers, GUINT_TO_POINTER(peer->number));
		pthread_mutex_unlock(&server->mutex);
		return;
	}
	*context = peer = g_new0(struct http_peer, 1);
	peer->file = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	pthread_mutex_lock(&server->mutex);
	if (g_hash_table_size(server->peers) >= server->crowd)
		make_room(server);
	peer->number = ++server->peer_number;
	g_hash_table_insert(server->peers, GUINT_TO_POINTER(peer->number), peer);
	pthread_mutex_unlock(&server->mutex);
	set_alarm(server, peer->number);
}

void
http_peer_count(struct MHD_Connection *connection, bool begins)
{
	struct http_peer *peer = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
	atomic_fetch_add_explicit(begins ? &peer->begun : &peer->ended, 1, memory_order_relaxed);
}
