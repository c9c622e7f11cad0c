package server_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/client"
	"github.com/breakoutrooms/breakout/gen/gql"
	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/simulator"
	"github.com/vektah/gqlparser/v2/ast"
)

// secret stands in every name that the other workspace gave.
const secret = "Sekrit"

// idOf says what the ids name that arguments and fields of inputs take.
var idOf = map[string]string{
	"meetingId": "meeting", "roomId": "room", "roomIds": "room", "botId": "bot", "segmentId": "segment", "endpointId": "endpoint",
	"participantId": "participant", "participantIds": "participant", "toParticipantId": "participant", "actorId": "participant",
	"meeting.id": "meeting", "room.id": "room", "bot.id": "bot", "connectedMeeting.id": "connectedMeeting", "node.id": "meeting",
	"webhookEndpoint.id": "endpoint", "deliveryId": "delivery", "rotateApiKey.input.id": "key", "revokeApiKey.input.id": "key",
	"scenarioRun.id": "run", "runId": "run",
}

// texts are values of fields that take no other text.
var texts = map[string]string{
	"url": "wss://example.org/", "createWebhookEndpoint.input.url": "https://example.org/",
	"csv": "round,room_name,first_name,last_name,email,external_id,role,bot_policy\n1,Red,Ada,,ada@example.org,,,\n",
}

// neighbours are two workspaces on one server, with a meeting each.
type neighbours struct {
	*house
	schema       *ast.Schema
	own, foreign map[string]string
	clip         []byte // something to say
	calls        int
}

// settle opens a meeting in the client's workspace, with people, rooms and a bot that
// records, and collects the ids.
func (h *house) settle(name string) map[string]string {
	h.t.Helper()
	var created struct {
		CreateMeeting struct {
			Meeting struct{ ID string }
		}
	}
	h.ask(fmt.Sprintf(`mutation { createMeeting(input: {title: %q, idempotencyKey: "first", options: {closingCountdownSeconds: 0}}) { meeting { id } } }`, name), &created)
	id := created.CreateMeeting.Meeting.ID
	guest, err := h.Server.Simulator().JoinGuest(h.t.Context(), simulator.GuestSpec{Meeting: meeting.ID(id), Name: name + " Ada"})
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { _ = guest.Leave(h.t.Context()) }) // the meeting may be over
	h.ask(fmt.Sprintf(`mutation { createRooms(input: {meetingId: %q, names: ["%s Red", "%s Blue"]}) { userErrors { code } } }`, id, name, name), nil)
	h.ask(fmt.Sprintf(`mutation { createBot(input: {meetingId: %q, name: "%s bot", breakoutRoom: {mode: JOIN_SPECIFIC_ROOM, roomId: "%s Red"}}) { userErrors { code } } }`, id, name, name), nil)
	time.Sleep(5 * time.Second)
	h.ask(fmt.Sprintf(`mutation { openRooms(input: {meetingId: %q}) { userErrors { code } } }`, id), nil)
	time.Sleep(5 * time.Second)
	var seen struct {
		Meeting struct {
			Participants struct{ Nodes []struct{ ID, Name string } }
			Bots         struct{ Nodes []struct{ ID string } }
			Rooms        struct {
				Nodes []struct{ ID, Kind, ConnectedMeetingID string }
			}
		}
		Segments struct {
			Nodes []struct {
				ID     string
				Tracks struct{ Nodes []struct{ ID string } }
			}
		}
	}
	h.ask(fmt.Sprintf(`{ meeting(id: %[1]q) { participants { nodes { id name } } bots { nodes { id } } rooms { nodes { id kind connectedMeetingId } } }
		segments(meetingId: %[1]q) { nodes { id tracks { nodes { id } } } } }`, id), &seen)
	room, host := seen.Meeting.Rooms.Nodes[1], seen.Meeting.Participants.Nodes[0].ID
	h.ask(fmt.Sprintf(`mutation { setRole(input: {participantId: %q, role: COHOST}) { userErrors { code } } }`, host), nil)
	var others struct {
		CreateWebhookEndpoint struct{ Endpoint struct{ ID string } }
		CreateAPIKey          struct {
			APIKey struct{ ID string }
		} `json:"createApiKey"`
	}
	h.ask(fmt.Sprintf(`mutation {
		createWebhookEndpoint(input: {url: "https://example.org/", description: %[1]q, eventTypes: [POLL_ENDED]}) { endpoint { id } }
		createApiKey(input: {name: %[1]q, scopes: [READ]}) { apiKey { id } } }`, name), &others)
	var played struct {
		PlayScenario struct{ Run struct{ ID string } }
	}
	h.ask(`mutation { playScenario(input: {name: "empty-room"}) { run { id } } }`, &played)
	return map[string]string{
		"run": played.PlayScenario.Run.ID, "meeting": id, "room": room.ID, "connectedMeeting": room.ConnectedMeetingID, "bot": seen.Meeting.Bots.Nodes[0].ID,
		"participant": host, "second participant": seen.Meeting.Participants.Nodes[1].ID, "segment": seen.Segments.Nodes[0].ID,
		"track": seen.Segments.Nodes[0].Tracks.Nodes[0].ID, "endpoint": others.CreateWebhookEndpoint.Endpoint.ID,
		"delivery": "msg_of_another", "key": others.CreateAPIKey.APIKey.ID,
	}
}

// places lists where in an argument ids stand.
func (n *neighbours) places(of *ast.Type, name string, deep int) (all []string) {
	kind := n.schema.Types[of.Name()]
	switch {
	case kind.Name == "ID":
		return []string{name}
	case kind.Kind == ast.InputObject && deep < 4:
		for _, field := range kind.Fields {
			all = append(all, n.places(field.Type, name+"."+field.Name, deep+1)...)
		}
	}
	return all
}

// literal writes a value for an argument. The id at one place is the other
// workspace's; at all places, where none is named.
func (n *neighbours) literal(of *ast.Type, name, at string) string {
	if of.Elem != nil {
		second := ""
		if strings.HasPrefix(name, "exchangeParticipants.") { // which takes two
			second = fmt.Sprintf(", %q", n.own["second participant"])
		}
		return "[" + n.literal(of.Elem, name, at) + second + "]"
	}
	last := name[strings.LastIndex(name, ".")+1:]
	switch kind := n.schema.Types[of.NamedType]; {
	case kind.Name == "ID":
		what := idOf[last]
		if what == "" {
			if what = idOf[name]; what == "" {
				n.t.Fatalf("Of what are the ids %s? Say it in idOf, and settle should find one.", name)
			}
		}
		if at == "" || at == name {
			return fmt.Sprintf("%q", n.foreign[what])
		}
		return fmt.Sprintf("%q", n.own[what])
	case kind.Kind == ast.InputObject:
		return n.object(kind, name, at)
	case kind.Kind == ast.Enum:
		if last == "mode" { // of a bot
			return map[bool]string{true: "FOLLOW_PARTICIPANT", false: "JOIN_SPECIFIC_ROOM"}[strings.HasSuffix(at, "articipantId")]
		}
		return kind.EnumValues[0].Name
	case kind.Name == "DateTime":
		return `"2040-01-01T00:00:00Z"`
	case kind.Name == "Boolean":
		return "true"
	case kind.Name == "String" && last == "clip":
		return "$clip"
	case kind.Name == "String" && texts[name] != "":
		return fmt.Sprintf("%q", texts[name])
	case kind.Name == "String" && texts[last] != "":
		return fmt.Sprintf("%q", texts[last])
	case kind.Name == "String":
		return `"x"`
	}
	return "1"
}

// object writes an input object: what must be there, and the way to the place.
func (n *neighbours) object(kind *ast.Definition, name, at string) string {
	var fields []string
	for _, field := range kind.Fields {
		place := name + "." + field.Name
		isOnTheWay := at == "" && len(n.places(field.Type, place, 1)) > 0 || at == place || strings.HasPrefix(at, place+".")
		if isOnTheWay || field.Type.NonNull && field.DefaultValue == nil || field.Name == "mode" {
			fields = append(fields, field.Name+": "+n.literal(field.Type, place, at))
		}
	}
	return "{" + strings.Join(fields, ", ") + "}"
}

// shown selects all plain fields of a type, and those of what it holds.
func (n *neighbours) shown(of *ast.Type, deep int) string {
	kind := n.schema.Types[of.Name()]
	if len(kind.Fields) == 0 {
		return ""
	}
	selected := []string{"__typename"}
	for _, field := range kind.Fields {
		inner := ""
		if composite := n.schema.Types[field.Type.Name()].IsCompositeType(); composite && deep == 0 || strings.HasPrefix(field.Name, "__") || mustBeGiven(field) {
			continue
		} else if composite {
			inner = n.shown(field.Type, deep-1)
		}
		selected = append(selected, field.Name+" "+inner)
	}
	return "{ " + strings.Join(selected, " ") + " }"
}

func mustBeGiven(field *ast.FieldDefinition) bool {
	return slices.ContainsFunc(field.Arguments, func(a *ast.ArgumentDefinition) bool { return a.Type.NonNull && a.DefaultValue == nil })
}

// call writes an operation that asks for a field with foreign ids.
func (n *neighbours) call(kind string, field *ast.FieldDefinition, at string) string {
	var arguments []string
	for _, argument := range field.Arguments {
		name := field.Name + "." + argument.Name
		if len(n.places(argument.Type, name, 0)) > 0 || argument.Type.NonNull && argument.DefaultValue == nil {
			arguments = append(arguments, argument.Name+": "+n.literal(argument.Type, name, at))
		}
	}
	if strings.Contains(strings.Join(arguments, ""), "$clip") {
		kind += "($clip: String!)"
	}
	return fmt.Sprintf("%s { %s(%s) %s }", kind, field.Name, strings.Join(arguments, ", "), n.shown(field.Type, 2))
}

// send asks by POST, and takes what a stream says in one go.
func (n *neighbours) send(query string) (answer string) {
	n.t.Helper()
	n.calls++
	text, err := json.Marshal(map[string]any{"query": query, "variables": map[string]any{"clip": n.clip}})
	if err != nil {
		n.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(n.t.Context(), http.MethodPost, n.Client.URL+"/graphql", strings.NewReader(string(text)))
	if err != nil {
		n.t.Fatal(err)
	}
	r.Header = http.Header{"Authorization": {"Bearer " + n.Client.Key}, "Content-Type": {"application/json"}, "Accept": {"application/json, text/event-stream;q=0.5"}}
	response, err := n.Client.HTTP.Do(r)
	if err != nil {
		n.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		n.t.Fatal(err)
	}
	return string(read)
}

// cursors are how far the journal of a meeting is.
func (h *house) cursor(id string) string {
	h.t.Helper()
	var answer struct{ Meeting struct{ Cursor string } }
	h.ask(fmt.Sprintf(`{ meeting(id: %q) { cursor } }`, id), &answer)
	return answer.Meeting.Cursor
}

// TestForeignIDs calls everything that takes an id with ids of another workspace: all
// of them, and each of them beside ids of one's own. The calls are made of the schema,
// so that what is new in it is tried too.
func TestForeignIDs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir(), 1)
		foreign := h.settle(secret)
		key, err := h.Server.IssueKey(t.Context(), "neighbour", "test", 0)
		if err != nil {
			t.Fatal(err)
		}
		stranger := *h
		other := *h.House
		other.Client = &client.Client{URL: h.Client.URL, Key: key, HTTP: h.Client.HTTP}
		stranger.House = &other
		n := &neighbours{house: &stranger, schema: gql.NewExecutableSchema(gql.Config{}).Schema(), foreign: foreign}
		if n.clip, err = os.ReadFile("../simulator/voices/v01.ogg"); err != nil {
			t.Fatal(err)
		}
		if n.own = n.settle("Own"); n.own["meeting"] == foreign["meeting"] {
			t.Error("the idempotency key of another workspace led to its meeting")
		}
		before := h.cursor(foreign["meeting"])
		for _, root := range []*ast.Definition{n.schema.Query, n.schema.Mutation, n.schema.Subscription} {
			for _, field := range root.Fields {
				n.try(strings.ToLower(root.Name), field)
			}
		}
		for what, id := range foreign {
			if answer := n.send(fmt.Sprintf(`{ node(id: %q) { __typename id } }`, id)); !strings.Contains(answer, `"node":null`) {
				t.Errorf("the %s of another workspace as a node: %s", what, answer)
			}
		}
		time.Sleep(time.Minute)
		if after := h.cursor(foreign["meeting"]); after != before {
			t.Errorf("the calls did something in the other workspace: its journal was at %s and is at %s", before, after)
		}
		if n.calls < 120 {
			t.Errorf("only %d calls were made", n.calls)
		}
		t.Logf("%d calls", n.calls)
	})
}

// try calls one field of a root with foreign ids at each place.
func (n *neighbours) try(kind string, field *ast.FieldDefinition) {
	n.t.Helper()
	var places []string
	for _, argument := range field.Arguments {
		places = append(places, n.places(argument.Type, field.Name+"."+argument.Name, 0)...)
	}
	if len(places) == 0 {
		return
	}
	for _, at := range append([]string{""}, places...) {
		query := n.call(kind, field, at)
		answer := n.send(query)
		switch {
		case strings.Contains(answer, secret):
			n.t.Errorf("%s\nhands out what is another workspace's: %s", query, answer)
		case field.Name == "replayDeliveries" && strings.Contains(answer, "INVALID_INPUT"): // it takes one way to name them
		case field.Name == "deleteRecording" && at == "" && strings.Contains(answer, "Give one of"): // it takes one id
		case strings.Contains(answer, `_NOT_FOUND"`), strings.Contains(answer, fmt.Sprintf(`{"data":{%q:null}}`, field.Name)), strings.Contains(answer, `"nodes":[]`):
		default:
			n.t.Errorf("%s\nis not refused: %s", query, answer)
		}
	}
}
