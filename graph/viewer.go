package graph

import (
	"context"
	"strings"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/breakoutrooms/breakout/meeting"
)

// viewerOf shows who is asking, so that a page can tell people beforehand what they may do.
func viewerOf(ctx context.Context) (*gql.Viewer, error) {
	viewer, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	shown := &gql.Viewer{Scopes: shownScopes(viewer.Scopes)}
	if !viewer.Expires.IsZero() {
		ends := meeting.InstantOf(viewer.Expires)
		shown.ExpiresAt = &ends
	}
	return shown, nil
}

// shownScopes are scopes as the schema has them.
func shownScopes(set access.Scopes) []gql.KeyScope {
	shown := []gql.KeyScope{}
	for _, scope := range set.List() {
		shown = append(shown, gql.KeyScope(strings.ToUpper(string(scope))))
	}
	return shown
}
