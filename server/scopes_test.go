package server_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/access"
	"github.com/breakoutrooms/breakout/client"
	"github.com/breakoutrooms/breakout/server"
)

// with is a client of the house with a key of its own.
func (h *house) with(key string) *client.Client {
	return &client.Client{URL: h.Client.URL, Key: key, HTTP: h.Client.HTTP}
}

// keyFor makes a key.
func (h *house) keyFor(scopes access.Scopes, lifetime time.Duration) *client.Client {
	h.t.Helper()
	key, err := h.Server.MakeKey(h.t.Context(), server.KeySpec{Workspace: server.DefaultWorkspace, Name: scopes.String(), Scopes: scopes, Lifetime: lifetime})
	if err != nil {
		h.t.Fatal(err)
	}
	return h.with(key)
}

// codeOf is the code of the first error of an answer.
func codeOf(err error) string {
	if failed, ok := errors.AsType[client.Errors](err); ok {
		return failed[0].Extensions.Code
	}
	return fmt.Sprint(err)
}

func TestAKeyAllowsWhatItsScopesSay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir(), 1)
		asks := map[string]access.Scope{
			`{ meetings { nodes { id } } }`:                                                         access.ScopeRead,
			`mutation { openRooms(input: {meetingId: "x"}) { userErrors { code } } }`:               access.ScopeControl,
			`mutation { leaveMeeting(input: {participantId: "x"}) { userErrors { code } } }`:        access.ScopeSimulate,
			`{ auditEvents { nodes { id } } }`:                                                      access.ScopeAdmin,
			`mutation { revokeApiKey(input: {id: "x"}) { userErrors { code } } }`:                   access.ScopeAdmin,
			`{ ... { all: apiKeys { nodes { id } } } }`:                                             access.ScopeAdmin,
			`{ ...F } fragment F on Query { apiKeys { nodes { id } } }`:                             access.ScopeAdmin,
			`{ __typename apiKeys @skip(if: true) { nodes { id } } }`:                               access.ScopeAdmin,
			`mutation { a: openRooms(input: {meetingId: "x"}) { userErrors { code } } __typename }`: access.ScopeControl,
		}
		for _, only := range access.AllScopes {
			caller := h.keyFor(access.ScopesOf(only), 0)
			for ask, needed := range asks {
				err := caller.Do(t.Context(), ask, nil, nil)
				if allowed := access.ScopesOf(only).Has(needed); allowed && err != nil {
					t.Errorf("a key for %s is refused %s: %v", only, ask, err)
				} else if !allowed && (codeOf(err) != "FORBIDDEN" || !strings.Contains(err.Error(), fmt.Sprintf("%q", needed))) {
					t.Errorf("a key for %s that asks %s gets %v", only, ask, err)
				}
			}
			if err := caller.Do(t.Context(), `{ __schema { queryType { name } } __typename }`, nil, nil); err != nil {
				t.Errorf("a key for %s may not look at the schema: %v", only, err)
			}
		}
		err := h.keyFor(access.ScopesOf(access.ScopeAdmin), 0).Subscribe(t.Context(), `subscription { meetingEvents(meetingId: "x") { cursor } }`, nil, nil)
		if codeOf(err) != "FORBIDDEN" {
			t.Errorf("a subscription with a key for admin alone gets %v", err)
		}
	})
}

// TestNothingIsDoneThatAKeyDoesNotAllow mixes a mutation that is allowed with one
// that is not: neither is carried out.
func TestNothingIsDoneThatAKeyDoesNotAllow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir(), 1)
		err := h.keyFor(access.ScopesOf(access.ScopeControl), 0).Do(t.Context(), `mutation {
		  createMeeting(input: {title: "Test"}) { meeting { id } }
		  createApiKey(input: {name: "mine", scopes: [ADMIN]}) { key }
		}`, nil, nil)
		var is struct {
			Meetings, APIKeys struct{ Nodes []struct{ ID string } }
		}
		h.ask(`{ meetings { nodes { id } } apiKeys { nodes { id } } }`, &is)
		if codeOf(err) != "FORBIDDEN" || len(is.Meetings.Nodes) != 0 || len(is.APIKeys.Nodes) != 3 { // the first start's, the house's and this one's
			t.Errorf("got %v; there are %+v", err, is)
		}
	})
}

// listed is a key as the API shows it.
type listed struct {
	ID, Name, Hint, State string
	Scopes                []string
	ExpiresAt, RevokedAt  *time.Time
	ReplacedBy            *string
}

// made is the answer to a mutation about a key.
type made struct {
	Key        string
	APIKey     listed
	UserErrors []struct{ Code string }
}

// about runs a mutation about a key.
func (h *house) about(call string) made {
	h.t.Helper()
	var answer struct{ Made made }
	h.ask(`mutation { made: `+call+` { userErrors { code } apiKey { id name hint state scopes expiresAt revokedAt replacedBy } } }`, &answer)
	return answer.Made
}

func TestKeysAreMadeRotatedAndRevoked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir(), 1)
		withKey := func(call string) made {
			var answer struct{ Made made }
			h.ask(`mutation { made: `+call+` { key userErrors { code } apiKey { id name hint state scopes expiresAt } } }`, &answer)
			return answer.Made
		}
		works := func(key string) bool {
			return h.with(key).Do(t.Context(), `{ meetings { nodes { id } } }`, nil, nil) == nil
		}
		time.Sleep(time.Second) // so that the audit log has an order
		first := withKey(`createApiKey(input: {name: "robot", scopes: [CONTROL], expiresInSeconds: 604800})`)
		if !works(first.Key) || !strings.HasPrefix(first.Key, strings.TrimSuffix(first.APIKey.Hint, "…")) || !slices.Equal(first.APIKey.Scopes, []string{"READ", "CONTROL"}) {
			t.Errorf("made %+v", first)
		}
		time.Sleep(time.Second)
		second := withKey(fmt.Sprintf(`rotateApiKey(input: {id: %q, overlapSeconds: 3600})`, first.APIKey.ID))
		if !works(first.Key) || !works(second.Key) || second.APIKey.Name != "robot" || time.Until(*second.APIKey.ExpiresAt) != 7*24*time.Hour {
			t.Errorf("rotated to %+v", second)
		}
		if again := h.about(fmt.Sprintf(`rotateApiKey(input: {id: %q})`, first.APIKey.ID)); again.UserErrors[0].Code != "API_KEY_NOT_ACTIVE" {
			t.Errorf("a second rotation got %+v", again)
		}
		time.Sleep(time.Hour)
		if works(first.Key) || !works(second.Key) {
			t.Error("after the overlap, not the new key alone works")
		}
		revoked := h.about(fmt.Sprintf(`revokeApiKey(input: {id: %q})`, second.APIKey.ID))
		if works(second.Key) || revoked.APIKey.State != "REVOKED" {
			t.Errorf("revoked %+v", revoked)
		}
		if twice := h.about(fmt.Sprintf(`revokeApiKey(input: {id: %q})`, second.APIKey.ID)); !twice.APIKey.RevokedAt.Equal(*revoked.APIKey.RevokedAt) {
			t.Errorf("revoked twice: %+v", twice)
		}
		h.checkAudit(first.APIKey.ID, second.APIKey.ID)
	})
}

// checkAudit looks at what the audit log has about two keys: made, rotated, revoked.
func (h *house) checkAudit(first, second string) {
	h.t.Helper()
	var log struct {
		AuditEvents struct {
			Nodes []struct {
				Action, TargetID      string
				ActorKeyID, ActorHint *string
				Detail                []struct{ Name, Value string }
			}
		}
	}
	h.ask(`{ auditEvents(first: 3) { nodes { at action targetId actorKeyId actorHint detail { name value } } } }`, &log)
	var got []string
	for _, event := range log.AuditEvents.Nodes {
		got = append(got, event.Action+" "+event.TargetID)
		if event.ActorKeyID == nil || event.ActorHint == nil || *event.ActorHint != access.HintOf(h.Client.Key) || len(event.Detail) < 3 {
			h.t.Errorf("the audit log has %+v", event)
		}
	}
	if want := []string{"api_key.revoked " + second, "api_key.rotated " + first, "api_key.created " + first}; !slices.Equal(got, want) {
		h.t.Errorf("the audit log has %q, want %q", got, want)
	}
	var all struct {
		AuditEvents struct{ Nodes []struct{ ActorHint *string } }
	}
	h.ask(`{ auditEvents { nodes { actorHint } } }`, &all)
	if last := all.AuditEvents.Nodes[len(all.AuditEvents.Nodes)-1]; last.ActorHint != nil {
		h.t.Errorf("the first key was made by %q", *last.ActorHint)
	}
}

func TestKeysThatCannotBe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir(), 1)
		other, err := h.Server.IssueKey(t.Context(), "other", "other", 0)
		if err != nil {
			t.Fatal(err)
		}
		var theirs struct{ APIKeys struct{ Nodes []listed } }
		if err := h.with(other).Do(t.Context(), `{ apiKeys { nodes { id name } } }`, nil, &theirs); err != nil || len(theirs.APIKeys.Nodes) != 1 || theirs.APIKeys.Nodes[0].Name != "other" {
			t.Fatalf("another workspace has the keys %+v (%v)", theirs, err)
		}
		foreign := theirs.APIKeys.Nodes[0].ID
		for call, want := range map[string][]string{
			`createApiKey(input: {name: " ", scopes: []})`:                                    {"INVALID_INPUT", "INVALID_INPUT"},
			`createApiKey(input: {name: "x", scopes: [READ], expiresInSeconds: 0})`:           {"INVALID_INPUT"},
			`createApiKey(input: {name: "x", scopes: [READ], expiresInSeconds: -1})`:          {"INVALID_INPUT"},
			`createApiKey(input: {name: "x", scopes: [READ], expiresInSeconds: 2000000000})`:  {"INVALID_INPUT"},
			`createApiKey(input: {name: "` + strings.Repeat("x", 101) + `", scopes: [READ]})`: {"INVALID_INPUT"},
			`rotateApiKey(input: {id: "` + foreign + `"})`:                                    {"API_KEY_NOT_FOUND"},
			`rotateApiKey(input: {id: "` + foreign + `", overlapSeconds: -1})`:                {"INVALID_INPUT"},
			`revokeApiKey(input: {id: "` + foreign + `"})`:                                    {"API_KEY_NOT_FOUND"},
			`revokeApiKey(input: {id: "key_none"})`:                                           {"API_KEY_NOT_FOUND"},
		} {
			var codes []string
			for _, refused := range h.about(call).UserErrors {
				codes = append(codes, refused.Code)
			}
			if !slices.Equal(codes, want) {
				t.Errorf("%s got %v, want %v", call, codes, want)
			}
		}
		if err := h.with(other).Do(context.Background(), `{ meetings { nodes { id } } }`, nil, nil); err != nil {
			t.Errorf("the other workspace's key was touched: %v", err)
		}
	})
}
