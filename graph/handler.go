package graph

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/breakoutrooms/breakout/graph/overhttp"
)

const (
	// maxBody bounds a request, in bytes: a clip of 1 MiB in base64 is the largest.
	maxBody = 2 << 20
	// initTimeout is how long a WebSocket may be silent before it must say who
	// it is; pingEvery keeps it and finds out when the other side is gone.
	initTimeout = 10 * time.Second
	pingEvery   = 15 * time.Second
)

// closeForbidden ends a WebSocket for good: clients do not come back after it
// (graphql-transport-ws).
const closeForbidden = 4403

// errNoKey refuses a WebSocket that names no valid key.
var errNoKey = errors.New("no valid API key: send {\"key\": \"bk_…\"} as the payload of connection_init")

// Authenticate tells who a key belongs to.
type Authenticate func(ctx context.Context, key string) (access.Viewer, error)

// NewHandler makes the handler of /graphql: POST, GET, server-sent events and WebSocket.
func NewHandler(resolver *Resolver, authenticate Authenticate) http.Handler {
	schema := gql.NewExecutableSchema(gql.Config{Resolvers: resolver})
	server := handler.New(schema)
	server.AddTransport(transport.Websocket{
		InitFunc: initBy(authenticate), InitTimeout: initTimeout, PingPongInterval: pingEvery,
		ErrorFunc: func(_ context.Context, err error) { resolver.Log.Debug("a WebSocket failed", "error", err) },
	})
	server.AddTransport(overhttp.Transport{})
	bounded(server, schema)
	server.SetErrorPresenter(present(resolver.Log))
	server.SetRecoverFunc(recovered)
	server.Use(extension.Introspection{})
	server.AroundRootFields(withLoaders(resolver.Client))
	server.AroundResponses(withFreshLoaders(resolver.Client))
	return http.MaxBytesHandler(requireKey(server, resolver.Log), maxBody)
}

// initBy lets a WebSocket say who it is in its first message, when it did not
// in its headers, as browsers can't.
func initBy(authenticate Authenticate) transport.WebsocketInitFunc {
	return func(ctx context.Context, payload transport.InitPayload) (context.Context, *transport.InitPayload, error) {
		if _, err := access.From(ctx); err == nil {
			return ctx, nil, nil
		}
		key := payload.GetString("key")
		if key == "" {
			key = strings.TrimPrefix(payload.Authorization(), "Bearer ")
		}
		viewer, err := authenticate(ctx, key)
		if err != nil {
			ctx = transport.WithWebsocketCloseCode(transport.AppendCloseReason(ctx, "Forbidden"), closeForbidden)
			return ctx, nil, errNoKey
		}
		return access.With(ctx, viewer), nil, nil
	}
}

// requireKey refuses requests without a viewer, before anything of them is
// read. WebSockets say who they are later.
func requireKey(next http.Handler, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := access.From(r.Context())
		if err == nil || r.Header.Get("Upgrade") != "" {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("WWW-Authenticate", "Bearer")
		w.WriteHeader(http.StatusUnauthorized)
		const answer = `{"errors":[{"message":%q,"extensions":{"code":%q}}]}`
		if _, err := fmt.Fprintf(w, answer, "No API key was given, or it is not valid. Send one as the header Authorization: Bearer bk_….", codeUnauthenticated); err != nil {
			log.Debug("a refusal could not be sent", "error", err)
		}
	})
}
