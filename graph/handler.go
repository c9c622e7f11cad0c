package graph

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/breakoutrooms/breakout/graph/socket"
	"github.com/vektah/gqlparser/v2/ast"
)

const (
	// maxBody bounds a request, in bytes: a clip of 1 MiB in base64 is the largest.
	maxBody = 2 << 20
	// maxTokens bounds a document: validation of a long one takes seconds.
	maxTokens = 5000
	// documents is how many parsed documents are kept.
	documents = 1000
)

// Authenticate tells who a key belongs to.
type Authenticate func(ctx context.Context, key string) (access.Viewer, error)

// Handler is the door at /graphql: POST, GET and WebSocket.
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
func NewHandler(resolver *Resolver, authenticate Authenticate) *Handler {
	server := handler.New(gql.NewExecutableSchema(gql.Config{Resolvers: resolver}))
	sockets := socket.New(socket.Config{
		Authenticate: authenticate, PublicURL: resolver.Links.Base, MaxMessage: maxBody, Log: resolver.Log,
	})
	server.AddTransport(sockets)
	server.AddTransport(transport.GET{})
	server.AddTransport(transport.POST{})
	server.SetQueryCache(lru.New[*ast.QueryDocument](documents))
	server.SetParserTokenLimit(maxTokens)
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
