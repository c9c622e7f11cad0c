package graph

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/breakoutrooms/breakout/graph/overhttp"
	"github.com/breakoutrooms/breakout/graph/socket"
)

// maxBody bounds a request, in bytes: a clip of 1 MiB in base64 is the largest.
const maxBody = 2 << 20

// Handler is the door at /graphql: POST, GET, server-sent events and WebSocket.
type Handler struct {
	http.Handler
	sockets *socket.Transport
}

// Drain ends all subscriptions in good order, and lets none begin: see
// [socket.Transport.Drain].
func (h *Handler) Drain(ctx context.Context) { h.sockets.Drain(ctx) }

// Stats counts what subscribers are served now.
func (h *Handler) Stats() socket.Stats { return h.sockets.Stats() }

// NewHandler makes the handler of /graphql.
func NewHandler(resolver *Resolver, doorkeeper access.Doorkeeper) *Handler {
	schema := gql.NewExecutableSchema(gql.Config{Resolvers: resolver})
	server := handler.New(schema)
	sockets := socket.New(socket.Config{
		Doorkeeper: doorkeeper, PublicURL: resolver.Links.Base, MaxMessage: maxBody, Log: resolver.Log,
	})
	server.AddTransport(sockets)
	server.AddTransport(overhttp.Transport{Ended: doorkeeper.Ended})
	bounded(server, schema, resolver.Documents)
	server.SetErrorPresenter(present(resolver.Log))
	server.SetRecoverFunc(recovered)
	server.Use(extension.Introspection{})
	server.Use(scoped{})
	server.AroundOperations(traced)
	server.AroundRootFields(withLoaders(resolver.Client))
	server.AroundResponses(withFreshLoaders(resolver.Client))
	return &Handler{http.MaxBytesHandler(requireKey(server, resolver.Log), maxBody), sockets}
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
		if _, err := fmt.Fprintf(w, answer, noKey, codeUnauthenticated); err != nil {
			log.Debug("a refusal could not be sent", "error", err)
		}
	})
}
