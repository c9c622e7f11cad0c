package server_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/scenario"
	"github.com/breakoutrooms/breakout/seat"
	"github.com/breakoutrooms/breakout/server"
	"github.com/pion/ice/v4"
	"github.com/pion/transport/v4"
	"github.com/pion/webrtc/v4"
)

// outside is a house in virtual time, and how clients of other programs reach its media.
type outside struct {
	*house
	api *webrtc.API
}

func openOutside(t *testing.T) *outside {
	t.Helper()
	var network transport.Net
	started, err := scenario.StartHouse(t.Context(), scenario.HouseConfig{
		Virtual: true, Data: t.TempDir(), Seed: 1, Change: func(c *server.Config) { network = c.Media.Net },
	})
	if err != nil {
		t.Fatal(err)
	}
	h := &house{started, t}
	t.Cleanup(h.close)
	engine := &webrtc.MediaEngine{}
	if err := engine.RegisterDefaultCodecs(); err != nil {
		t.Fatal(err)
	}
	if err := seat.Register(engine); err != nil {
		t.Fatal(err)
	}
	settings := webrtc.SettingEngine{}
	settings.SetNet(network)
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	settings.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	return &outside{h, webrtc.NewAPI(webrtc.WithMediaEngine(engine), webrtc.WithSettingEngine(settings))}
}

// meeting opens a meeting, and follows it until the test ends.
func (o *outside) meeting() (id string, watcher *scenario.Watcher) {
	o.t.Helper()
	var created struct {
		CreateMeeting struct{ Meeting struct{ ID string } }
	}
	o.ask(`mutation { createMeeting(input: {title: "Outside"}) { meeting { id } } }`, &created)
	id = created.CreateMeeting.Meeting.ID
	watcher = scenario.NewWatcher(o.Client, id, nil)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- watcher.Run(ctx) }()
	o.t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			o.t.Error(err)
		}
	})
	return id, watcher
}

// key makes a key for some time, or for ever.
func (o *outside) key(lifetime string) (id, key string) {
	o.t.Helper()
	var made struct {
		CreateAPIKey struct {
			Key    string
			APIKey struct{ ID string } `json:"apiKey"`
		} `json:"createApiKey"`
	}
	o.ask(fmt.Sprintf(`mutation { createApiKey(input: {name: "client", scopes: [SIMULATE, CONTROL], expiresInSeconds: %s}) { key apiKey { id } } }`, lifetime), &made)
	return made.CreateAPIKey.APIKey.ID, made.CreateAPIKey.Key
}

// sit takes a seat by a key, or by a link, and keeps it until the meeting has it leave.
func (o *outside) sit(address, key, name string) {
	o.t.Helper()
	address = "ws" + strings.TrimPrefix(strings.TrimPrefix(address, "http"), "ws")
	session, err := seat.Client{Key: key, HTTP: o.Client.HTTP, API: o.api}.Join(o.t.Context(), address, meeting.JoinRequest{Name: name, Receive: func(meeting.Packet) {}})
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() {
		if err := session.Leave(context.Background()); err != nil {
			o.t.Error(err)
		}
	})
}

// post begins a session of WHIP, or of WHEP where it only listens, and returns when media
// can flow.
func (o *outside) post(path, key string, direction webrtc.RTPTransceiverDirection) {
	o.t.Helper()
	peer, err := o.api.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() {
		if err := peer.GracefulClose(); err != nil {
			o.t.Error(err)
		}
	})
	if _, err := peer.AddTransceiverFromKind(webrtc.RTPCodecTypeAudio, webrtc.RTPTransceiverInit{Direction: direction}); err != nil {
		o.t.Fatal(err)
	}
	connected, gathered := make(chan struct{}), webrtc.GatheringCompletePromise(peer)
	peer.OnConnectionStateChange(func(state webrtc.PeerConnectionState) {
		if state == webrtc.PeerConnectionStateConnected {
			close(connected)
		}
	})
	offer, err := peer.CreateOffer(nil)
	if err != nil {
		o.t.Fatal(err)
	}
	if err := peer.SetLocalDescription(offer); err != nil {
		o.t.Fatal(err)
	}
	<-gathered
	request, err := http.NewRequestWithContext(o.t.Context(), http.MethodPost, o.Client.URL+path, strings.NewReader(peer.LocalDescription().SDP))
	if err != nil {
		o.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/sdp")
	request.Header.Set("Authorization", "Bearer "+key)
	response, err := o.Client.HTTP.Do(request)
	if err != nil {
		o.t.Fatal(err)
	}
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.Body.Close() != nil || response.StatusCode != http.StatusCreated {
		o.t.Fatalf("%s answers %s %s, %v", path, response.Status, answer, err)
	}
	if err := peer.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: string(answer)}); err != nil {
		o.t.Fatal(err)
	}
	<-connected
}

// TestSessionsEndWithTheirKey takes a seat, speaks by WHIP and listens by WHEP, by a key
// that is revoked or that expires. All of it ends, and what came by a link that was made
// with the key stays.
func TestSessionsEndWithTheirKey(t *testing.T) {
	const within = 15 * time.Second
	for name, test := range map[string]struct {
		lifetime string
		end      func(o *outside, id string, expires time.Time)
	}{
		"revoked": {"null", func(o *outside, id string, _ time.Time) {
			o.ask(fmt.Sprintf(`mutation { revokeApiKey(input: {id: %q}) { userErrors { code } } }`, id), nil)
		}},
		"expired": {"600", func(_ *outside, _ string, expires time.Time) { time.Sleep(time.Until(expires)) }},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := openOutside(t)
				id, watcher := o.meeting()
				keyID, key := o.key(test.lifetime)
				expires := time.Now().Add(600 * time.Second)
				var made struct {
					CreateSeatLink struct{ Link struct{ URL string } }
					Meeting        struct {
						Rooms struct{ Nodes []struct{ ID string } }
					}
				}
				o.ask(fmt.Sprintf(`mutation { createSeatLink(input: {meetingId: %q}) { link { url } } }`, id), &made)
				o.ask(fmt.Sprintf(`{ meeting(id: %q) { rooms { nodes { id } } } }`, id), &made)
				o.sit(made.CreateSeatLink.Link.URL, "", "By a link")
				o.sit(o.Client.URL+"/seats/"+id, key, "By a key")
				o.post("/whip/"+id+"?name=Guest", key, webrtc.RTPTransceiverDirectionSendonly)
				o.post("/whep/"+id+"/"+made.Meeting.Rooms.Nodes[0].ID, key, webrtc.RTPTransceiverDirectionRecvonly)
				until := func(event string, count int) {
					t.Helper()
					if err := watcher.Wait(t.Context(), scenario.Condition{Event: event, Count: count, Within: within + time.Second}, time.Time{}); err != nil {
						t.Fatal(err)
					}
				}
				until("listening_started", 1)
				if time.Sleep(time.Minute); count(watcher, "participant_left") > 0 {
					t.Fatal("somebody left while the key was good")
				}
				test.end(o, keyID, expires)
				ended := time.Now()
				until("participant_left", 2)
				until("listening_stopped", 1)
				if took := time.Since(ended); took > within {
					t.Errorf("the last of them ended after %s", took)
				}
				if time.Sleep(time.Minute); count(watcher, "participant_left") != 2 {
					t.Error("who came by a link had to leave")
				}
			})
		})
	}
}

func count(watcher *scenario.Watcher, event string) (n int) {
	for _, seen := range watcher.Seen() {
		if seen.Is(event) {
			n++
		}
	}
	return n
}
