package whip_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/simulator"
	"github.com/breakoutrooms/breakout/testbed"
	"github.com/pion/webrtc/v4"
	"github.com/pion/webrtc/v4/pkg/media"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long something that must come is waited for.
const patience = 20 * time.Second

// client is a client of WHIP or WHEP in another program: pion as it comes, with all its
// codecs and interceptors.
type client struct {
	t       *testing.T
	peer    *webrtc.PeerConnection
	session string // the address of its session
	who     string // the participant that it is
	running sync.WaitGroup

	mu    sync.Mutex
	heard map[uint32]int // packets by CSRC
	came  chan struct{}
}

func newClient(t *testing.T) *client {
	t.Helper()
	engine := &webrtc.MediaEngine{}
	if err := engine.RegisterDefaultCodecs(); err != nil {
		t.Fatal(err)
	}
	settings := webrtc.SettingEngine{}
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	peer, err := webrtc.NewAPI(webrtc.WithMediaEngine(engine), webrtc.WithSettingEngine(settings)).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	c := &client{t: t, peer: peer, heard: make(map[uint32]int), came: make(chan struct{}, 1)}
	t.Cleanup(c.close)
	return c
}

// close ends the client without a word to the server, and returns when it is silent.
func (c *client) close() {
	if err := c.peer.GracefulClose(); err != nil {
		c.t.Error(err)
	}
	c.running.Wait()
}

// speak has the client say the sentences of a bundled voice without a pause.
func (c *client) speak() {
	c.t.Helper()
	voices, err := simulator.LoadVoices()
	if err != nil {
		c.t.Fatal(err)
	}
	frames := voices[0].Frames
	c.send(webrtc.MimeTypeOpus, 20*time.Millisecond, func(i int) []byte { return frames[i%len(frames)] })
}

// show has the client show a bundled picture by its camera, a keyframe each time.
func (c *client) show() {
	c.t.Helper()
	pictures, err := simulator.LoadPictures()
	if err != nil {
		c.t.Fatal(err)
	}
	frames := pictures["camera"][0].Frames
	c.send(webrtc.MimeTypeVP8, 100*time.Millisecond, func(int) []byte { return frames[0] })
}

// send sends one frame after the other until the peer connection is closed.
func (c *client) send(mime string, each time.Duration, frame func(int) []byte) {
	c.t.Helper()
	track, err := webrtc.NewTrackLocalStaticSample(webrtc.RTPCodecCapability{MimeType: mime}, mime, "client")
	if err != nil {
		c.t.Fatal(err)
	}
	sender, err := c.peer.AddTrack(track)
	if err != nil {
		c.t.Fatal(err)
	}
	ended := make(chan struct{})
	c.running.Go(func() {
		defer close(ended)
		for {
			if _, _, err := sender.ReadRTCP(); err != nil {
				return
			}
		}
	})
	c.running.Go(func() {
		ticker := time.NewTicker(each)
		defer ticker.Stop()
		for i := 0; ; i++ {
			select {
			case <-ticker.C:
			case <-ended:
				return
			}
			if err := track.WriteSample(media.Sample{Data: frame(i), Duration: each}); err != nil {
				return
			}
		}
	})
}

// listen has the client offer places for voices.
func (c *client) listen(places int) {
	c.t.Helper()
	for range places {
		receive := webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}
		if _, err := c.peer.AddTransceiverFromKind(webrtc.RTPCodecTypeAudio, receive); err != nil {
			c.t.Fatal(err)
		}
	}
	c.peer.OnTrack(func(track *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		for {
			packet, _, err := track.ReadRTP()
			if err != nil {
				return
			}
			c.mu.Lock()
			for _, who := range packet.CSRC {
				c.heard[who]++
			}
			c.mu.Unlock()
			select {
			case c.came <- struct{}{}:
			default:
			}
		}
	})
}

// untilHears waits until somebody is heard a number of times more.
func (c *client) untilHears(who uint32, packets int) {
	c.t.Helper()
	timeout := time.After(patience)
	more := c.count(who) + packets
	for c.count(who) < more {
		select {
		case <-c.came:
		case <-timeout:
			c.t.Fatalf("%d packets of participant %d are heard, want %d", c.count(who), who, more)
		}
	}
}

func (c *client) count(who uint32) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.heard[who]
}

// offer is what the client offers, with its candidates.
func (c *client) offer() string {
	c.t.Helper()
	offer, err := c.peer.CreateOffer(nil)
	if err != nil {
		c.t.Fatal(err)
	}
	gathered := webrtc.GatheringCompletePromise(c.peer)
	if err := c.peer.SetLocalDescription(offer); err != nil {
		c.t.Fatal(err)
	}
	<-gathered
	return c.peer.LocalDescription().SDP
}

// connect begins a session at an address, and waits until media can flow.
func (c *client) connect(house *testbed.House, address, key string) {
	c.t.Helper()
	connected := make(chan struct{})
	var once sync.Once
	c.peer.OnConnectionStateChange(func(state webrtc.PeerConnectionState) {
		if state == webrtc.PeerConnectionStateConnected {
			once.Do(func() { close(connected) })
		}
	})
	got := call(c.t, house, http.MethodPost, address, key, c.offer())
	if got.status != http.StatusCreated || got.header.Get("Content-Type") != "application/sdp" {
		c.t.Fatalf("%s answers %d %s", address, got.status, got.body)
	}
	c.session, c.who = house.URL+got.header.Get("Location"), got.header.Get("Breakout-Participant")
	if err := c.peer.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: got.body}); err != nil {
		c.t.Fatal(err)
	}
	select {
	case <-connected:
	case <-time.After(patience):
		c.t.Fatal("no media connection came about")
	}
}

// reply is what a door answered.
type reply struct {
	status int
	header http.Header
	body   string
}

// call makes a request at a door.
func call(t *testing.T, house *testbed.House, method, address, key, body string) reply { //nolint:revive // a request has as many parts
	t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/sdp")
	if key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	response, err := house.Client.HTTP.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	return reply{response.StatusCode, response.Header, string(text)}
}
