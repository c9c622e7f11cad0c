package graph

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/gen/ent"
	"github.com/breakoutrooms/breakout/gen/ent/apikey"
	"github.com/breakoutrooms/breakout/gen/ent/auditevent"
	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/breakoutrooms/breakout/keyring"
)

func (r *Resolver) createKey(ctx context.Context, input gql.CreateAPIKeyInput) (*gql.CreateAPIKeyPayload, error) {
	viewer, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	spec := keyring.Spec{Workspace: viewer.Workspace, Name: input.Name, Scopes: scopesOf(input.Scopes)}
	if life := seconds(input.ExpiresInSeconds); life != nil {
		if spec.Lifetime = *life; *life == 0 {
			spec.Lifetime = -1 // 0 is no time at all here, and for ever there
		}
	}
	key, row, err := r.Keys.Issue(ctx, spec)
	if refused, err := userErrors(err); err != nil || len(refused) > 0 {
		return &gql.CreateAPIKeyPayload{UserErrors: refused}, err
	}
	return &gql.CreateAPIKeyPayload{Key: &key, APIKey: row, UserErrors: []*gql.UserError{}}, nil
}

func (r *Resolver) rotateKey(ctx context.Context, input gql.RotateAPIKeyInput) (*gql.RotateAPIKeyPayload, error) {
	viewer, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	key, row, err := r.Keys.Rotate(ctx, viewer.Workspace, input.ID, time.Duration(input.OverlapSeconds)*time.Second)
	if refused, err := userErrors(err); err != nil || len(refused) > 0 {
		return &gql.RotateAPIKeyPayload{UserErrors: refused}, err
	}
	return &gql.RotateAPIKeyPayload{Key: &key, APIKey: row, UserErrors: []*gql.UserError{}}, nil
}

func (r *Resolver) revokeKey(ctx context.Context, id string) (*gql.RevokeAPIKeyPayload, error) {
	viewer, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	row, err := r.Keys.Revoke(ctx, viewer.Workspace, id)
	if refused, err := userErrors(err); err != nil || len(refused) > 0 {
		return &gql.RevokeAPIKeyPayload{UserErrors: refused}, err
	}
	return &gql.RevokeAPIKeyPayload{APIKey: row, UserErrors: []*gql.UserError{}}, nil
}

func (r *Resolver) listKeys(ctx context.Context, first *int, after *string) (*gql.APIKeyConnection, error) {
	p, err := readPage(first, after)
	if err != nil {
		return nil, err
	}
	rows, err := r.Client.APIKey.Query().Where(p.upwards(apikey.FieldCreatedAt)).All(ctx)
	if err != nil {
		return nil, err
	}
	edges, nodes, info := connect(p, rows,
		func(k *ent.APIKey) place { return place{int64(k.CreatedAt), k.ID} },
		func(cursor string, k *ent.APIKey) *gql.APIKeyEdge { return &gql.APIKeyEdge{Cursor: cursor, Node: k} })
	return &gql.APIKeyConnection{Edges: edges, Nodes: nodes, PageInfo: info}, nil
}

func (r *Resolver) listAudit(ctx context.Context, first *int, after *string) (*gql.AuditEventConnection, error) {
	p, err := readPage(first, after)
	if err != nil {
		return nil, err
	}
	rows, err := r.Client.AuditEvent.Query().Where(p.downwards(auditevent.FieldAt)).All(ctx)
	if err != nil {
		return nil, err
	}
	edges, nodes, info := connect(p, rows,
		func(e *ent.AuditEvent) place { return place{int64(e.At), e.ID} },
		func(cursor string, e *ent.AuditEvent) *gql.AuditEventEdge {
			return &gql.AuditEventEdge{Cursor: cursor, Node: e}
		})
	return &gql.AuditEventConnection{Edges: edges, Nodes: nodes, PageInfo: info}, nil
}

// scopesOf reads the scopes of an input.
func scopesOf(asked []gql.KeyScope) (set access.Scopes) {
	for _, scope := range asked {
		set |= access.ScopesOf(access.Scope(strings.ToLower(string(scope))))
	}
	return set
}

// scopesIn shows the scopes of a key.
func scopesIn(row *ent.APIKey) ([]gql.KeyScope, error) {
	set, err := access.ParseScopes(row.Scopes)
	return shownScopes(set), err
}

// detailOf shows what more an audit event tells, by name.
func detailOf(detail map[string]string) []*gql.AuditDetail {
	shown := []*gql.AuditDetail{}
	for _, name := range slices.Sorted(maps.Keys(detail)) {
		shown = append(shown, &gql.AuditDetail{Name: name, Value: detail[name]})
	}
	return shown
}
