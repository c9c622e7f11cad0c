package whip_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/opusfile"
	"github.com/breakoutrooms/breakout/simulator"
	"github.com/breakoutrooms/breakout/testbed"
)

// link makes a link by a mutation.
func link(t *testing.T, house *testbed.House, mutation, input string) string {
	t.Helper()
	var answer map[string]struct {
		Link       struct{ URL string }
		UserErrors []struct{ Message string }
	}
	house.Do(`mutation { `+mutation+`(input: `+input+`) { link { url } userErrors { message } } }`, nil, &answer)
	if refused := answer[mutation].UserErrors; len(refused) > 0 {
		t.Fatal(refused)
	}
	return answer[mutation].Link.URL
}

// quoted is a text as GraphQL writes it.
func quoted(text string) string {
	return strconv.Quote(text)
}

// TestAGuestIsHeardAndFollowsTheHost has a guest of another program speak and show
// itself. Its voice lies in the recording of the room where it was sent, stamped with who
// it is and on which visit.
func TestAGuestIsHeardAndFollowsTheHost(t *testing.T) {
	house := testbed.Start(t)
	workshop := house.CreateMeeting("Guests by WHIP")
	room := workshop.CreateRooms("Ideas")[0]
	workshop.CreateBot("Recorder", "JOIN_SPECIFIC_ROOM", room)
	guest := newClient(t)
	guest.speak()
	guest.show()
	guest.connect(house, link(t, house, "createGuestLink", `{meetingId: `+quoted(workshop.ID)+`, name: "Ada"}`), "")

	workshop.Assign(room, "Ada")
	workshop.OpenRooms()
	workshop.WaitFor("breakout_room_entered")
	workshop.WaitForCount("segment_started", 2)
	time.Sleep(2 * time.Second) // of speech
	if got := call(t, house, http.MethodDelete, guest.session, "", ""); got.status != http.StatusOK {
		t.Errorf("to leave answers %d %s", got.status, got.body)
	}
	workshop.WaitFor("participant_left")
	workshop.CloseRooms()
	workshop.WaitForCount("segment_completed", 2)
	segment := workshop.Segments()[1]
	if segment.Room.Name != "Ideas" || len(segment.Tracks.Nodes) == 0 {
		t.Fatalf("the recording of the room is %+v", segment)
	}
	audio := call(t, house, http.MethodGet, segment.Tracks.Nodes[0].URL, "", "").body
	if n := stamped(t, audio, 2); n < 50 {
		t.Errorf("%d packets of 2 s of speech carry the stamp of the guest's second visit", n)
	}
}

// stamped counts the packets of a recording that are stamped with a visit. None may have
// the stamp of another.
func stamped(t *testing.T, audio string, visit uint32) (n int) {
	t.Helper()
	reader, err := opusfile.NewReader(bytes.NewReader([]byte(audio)))
	if err != nil {
		t.Fatal(err)
	}
	for {
		packet, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return n
		}
		if err != nil {
			t.Fatal(err)
		}
		if stamp, _, is := simulator.ReadStamp(packet); is {
			if uint32(stamp.Visit) != visit {
				t.Errorf("a packet of visit %d is in the recording", stamp.Visit)
			}
			n++
		}
	}
}

// TestAListenerHearsItsRoomAlone listens in on a breakout room, which the meeting's events
// tell of, until the room closes.
func TestAListenerHearsItsRoomAlone(t *testing.T) {
	house := testbed.Start(t)
	workshop := house.CreateMeeting("Listeners by WHEP")
	room := workshop.CreateRooms("Ideas")[0]
	workshop.Join("Ada", "Ben", "Cem")
	workshop.Assign(room, "Ada", "Ben")
	workshop.OpenRooms()
	listener := newClient(t)
	listener.listen(4)
	listener.connect(house, link(t, house, "createListenLink", `{roomId: `+quoted(room)+`}`), "")
	listener.untilHears(100, 20)
	listener.untilHears(200, 20)
	if n := listener.count(300); n > 0 {
		t.Errorf("%d packets of somebody in another room are heard", n)
	}
	if got := workshop.WaitFor("listening_started"); got.Room == nil || got.Room.Name != "Ideas" {
		t.Errorf("the event of the listener is %+v", got)
	}
	workshop.CloseRooms()
	workshop.WaitFor("listening_stopped")
	end := func() reply { return call(t, house, http.MethodDelete, listener.session, "", "") }
	got := end()
	if got.status == http.StatusOK { // it was still about to end by itself
		got = end()
	}
	if got.status != http.StatusNotFound {
		t.Errorf("to end what is over answers %d %s", got.status, got.body)
	}
}

// TestSessionsEnd ends sessions in every way but the client's word.
func TestSessionsEnd(t *testing.T) {
	house := testbed.Start(t)
	workshop := house.CreateMeeting("Ends")
	begin := func(key string) *client {
		guest := newClient(t)
		guest.speak()
		guest.connect(house, house.URL+"/whip/"+workshop.ID+"?name=Ada", key)
		return guest
	}
	t.Run("when the key expires", func(t *testing.T) {
		var made struct{ CreateAPIKey struct{ Key string } }
		house.Do(`mutation { createApiKey(input: {name: "short", scopes: [SIMULATE], expiresInSeconds: 2}) { key } }`, nil, &made)
		guest := begin(made.CreateAPIKey.Key)
		workshop.WaitForCount("participant_left", 1)
		wantCause(t, house, guest, "REMOVED")
	})
	t.Run("when the client is gone", func(t *testing.T) {
		guest := begin(house.Key)
		guest.close()
		workshop.WaitForCount("participant_left", 2)
		wantCause(t, house, guest, "CONNECTION_LOST")
	})
	t.Run("when the host removes the guest", func(*testing.T) {
		guest := begin(house.Key)
		house.Do(`mutation($id: ID!) { removeParticipant(input: {participantId: $id}) { userErrors { code } } }`, map[string]any{"id": guest.who}, nil)
		workshop.WaitForCount("participant_left", 3)
	})
	t.Run("when the meeting ends", func(t *testing.T) {
		guest := begin(house.Key)
		house.Do(`mutation($id: ID!) { endMeeting(input: {meetingId: $id}) { userErrors { code } } }`, map[string]any{"id": workshop.ID}, nil)
		workshop.WaitForCount("participant_left", 4)
		if got := call(t, house, http.MethodPost, house.URL+"/whip/"+workshop.ID+"?name=Late", house.Key, newOffer(t)); got.status != http.StatusGone {
			t.Errorf("a meeting that is over answers %d %s", got.status, got.body)
		}
		if got := call(t, house, http.MethodDelete, guest.session, "", ""); got.status != http.StatusNotFound {
			t.Errorf("to leave what is over answers %d %s", got.status, got.body)
		}
	})
}

// wantCause looks at why a guest has left.
func wantCause(t *testing.T, house *testbed.House, guest *client, want string) {
	t.Helper()
	var answer struct {
		Node struct {
			Presences struct{ Nodes []struct{ Cause string } }
		}
	}
	house.Do(`query($id: ID!) { node(id: $id) { ... on Participant { presences { nodes { cause } } } } }`, map[string]any{"id": guest.who}, &answer)
	if left := answer.Node.Presences.Nodes; len(left) != 1 || left[0].Cause != want {
		t.Errorf("%s has left %+v, want %s", guest.who, left, want)
	}
}

// newOffer is the offer of somebody who would speak.
func newOffer(t *testing.T) string {
	t.Helper()
	c := newClient(t)
	c.speak()
	return c.offer()
}

// TestWhatIsRefused asks for what the doors don't take.
func TestWhatIsRefused(t *testing.T) {
	house := testbed.Start(t)
	workshop := house.CreateMeeting("Refusals")
	room := workshop.CreateRooms("Closed")[0]
	var made struct{ CreateAPIKey struct{ Key string } }
	house.Do(`mutation { createApiKey(input: {name: "reader", scopes: [READ]}) { key } }`, nil, &made)
	stranger := house.Workspace("other")
	whip, whep := house.URL+"/whip/"+workshop.ID, house.URL+"/whep/"+workshop.ID+"/"
	offer := newOffer(t)
	good, err := url.Parse(link(t, house, "createGuestLink", `{meetingId: `+quoted(workshop.ID)+`, name: "Ada"}`))
	if err != nil {
		t.Fatal(err)
	}
	forged := good.Query()
	forged.Set("name", "Root")
	for name, c := range map[string]struct {
		method, address, key, body string
		status                     int
	}{
		"no key":                  {http.MethodPost, whip + "?name=Ada", "", offer, http.StatusUnauthorized},
		"a wrong key":             {http.MethodPost, whip + "?name=Ada", "bk_wrong", offer, http.StatusUnauthorized},
		"a key that only reads":   {http.MethodPost, whip + "?name=Ada", made.CreateAPIKey.Key, offer, http.StatusForbidden},
		"another workspace's key": {http.MethodPost, whip + "?name=Ada", stranger.Key, offer, http.StatusNotFound},
		"a link for another name": {http.MethodPost, whip + "?" + forged.Encode(), "", offer, http.StatusForbidden},
		"no name":                 {http.MethodPost, whip, house.Key, offer, http.StatusBadRequest},
		"no offer":                {http.MethodPost, whip + "?name=Ada", house.Key, "hello", http.StatusBadRequest},
		"an empty offer":          {http.MethodPost, whip + "?name=Ada", house.Key, "", http.StatusBadRequest},
		"an offer without end":    {http.MethodPost, whip + "?name=Ada", house.Key, offer + strings.Repeat("a=x\r\n", 40_000), http.StatusRequestEntityTooLarge},
		"another codec":           {http.MethodPost, whip + "?name=Ada", house.Key, strings.ReplaceAll(offer, "opus/48000", "speex/48000"), http.StatusUnprocessableEntity},
		"no such meeting":         {http.MethodPost, house.URL + "/whip/mtg_none?name=Ada", house.Key, offer, http.StatusNotFound},
		"no such room":            {http.MethodPost, whep + "room_none", house.Key, offer, http.StatusNotFound},
		"a room that is closed":   {http.MethodPost, whep + room, house.Key, offer, http.StatusConflict},
		"no such session":         {http.MethodDelete, whip + "/none", house.Key, "", http.StatusNotFound},
		"to look":                 {http.MethodGet, whip, house.Key, "", http.StatusMethodNotAllowed},
		"to trickle":              {http.MethodPatch, whip + "/none", house.Key, "", http.StatusMethodNotAllowed},
	} {
		got := call(t, house, c.method, c.address, c.key, c.body)
		var told struct{ Detail, Code string }
		if err := json.Unmarshal([]byte(got.body), &told); got.status != c.status || err != nil || told.Detail == "" || told.Code == "" {
			t.Errorf("%s: %d %s, want %d", name, got.status, got.body, c.status)
		}
	}
	if got := call(t, house, http.MethodOptions, whip, "", ""); got.status != http.StatusOK || got.header.Get("Accept-Post") != "application/sdp" {
		t.Errorf("OPTIONS answers %d %v", got.status, got.header)
	}
	if n := len(workshop.Segments()); n > 0 {
		t.Errorf("%d recordings were made", n)
	}
}
