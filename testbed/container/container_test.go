package container_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/testbed/container"
	"github.com/breakoutrooms/breakout/testbed/sink"
	"github.com/pion/webrtc/v4"
	"github.com/testcontainers/testcontainers-go"
)

// image is the image under test, as .ci/image builds it.
func image(t *testing.T) string {
	t.Helper()
	if name := os.Getenv("BREAKOUT_TEST_IMAGE"); name != "" {
		return name
	}
	return "breakout:latest"
}

// docker skips the test where no engine has the image, unless BREAKOUT_TEST_DOCKER says
// that there must be one.
func docker(t *testing.T, image string) {
	t.Helper()
	if err := exec.CommandContext(t.Context(), "docker", "image", "inspect", image).Run(); err != nil {
		if os.Getenv("BREAKOUT_TEST_DOCKER") != "" {
			t.Fatalf("BREAKOUT_TEST_DOCKER is set, but no Docker engine has the image %s: %v", image, err)
		}
		t.Skipf("no Docker engine has the image %s; build it by make image", image)
	}
}

// ask carries out an operation in the container.
func ask(t *testing.T, c *container.Container, query string, variables map[string]any, result any) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.GraphQLEndpoint(), bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header = http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer " + c.Key()}}
	answer := struct {
		Data   any
		Errors []struct{ Message string }
	}{Data: result}
	if text := send(t, request, http.StatusOK); json.Unmarshal([]byte(text), &answer) != nil || len(answer.Errors) > 0 {
		t.Fatalf("%s: %s", query, text)
	}
}

// send sends a request whose answer must have a status.
func send(t *testing.T, request *http.Request, status int) string {
	t.Helper()
	response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(response.Body)
	if err = errors.Join(err, response.Body.Close()); err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != status {
		t.Fatalf("%s answers %d %s", request.URL, response.StatusCode, text)
	}
	return string(text)
}

// TestContainer runs the image, has it send webhooks to this process, and hears by WHEP,
// over UDP through a published port, a guest who speaks by WHIP.
func TestContainer(t *testing.T) {
	name := image(t)
	docker(t, name)
	ctx, told := t.Context(), sink.New()
	began := time.Now()
	c, err := container.Run(ctx, name, container.WithWebhooks(told))
	testcontainers.CleanupContainer(t, c)
	if err != nil {
		t.Fatal(err)
	}
	container.Diagnose(t, c)
	t.Logf("ready after %s: %s", time.Since(began).Round(time.Millisecond), c.DashboardURL())

	var created struct {
		CreateMeeting struct {
			Meeting struct {
				ID    string
				Rooms struct{ Nodes []struct{ ID string } }
			}
		}
	}
	ask(t, c, `mutation { createMeeting(input: {title: "In a container"}) { meeting { id rooms { nodes { id } } } } }`, nil, &created)
	meeting := created.CreateMeeting.Meeting
	var links struct {
		Guest  struct{ Link struct{ URL string } }
		Listen struct{ Link struct{ URL string } }
	}
	ask(t, c, `mutation($meeting: ID!, $room: ID!) {
	  guest: createGuestLink(input: {meetingId: $meeting, name: "Ada"}) { link { url } }
	  listen: createListenLink(input: {roomId: $room}) { link { url } }
	}`, map[string]any{"meeting": meeting.ID, "room": meeting.Rooms.Nodes[0].ID}, &links)
	heard := listen(t, links.Listen.Link.URL)
	speak(t, links.Guest.Link.URL)
	wait(t, heard, "the guest is not heard")
	patient, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	messages, err := told.Wait(patient, "PARTICIPANT_JOINED", 1)
	if err != nil {
		t.Fatal(err)
	}
	if messages[0].Meeting != meeting.ID {
		t.Errorf("the webhook tells of %+v", messages[0])
	}
}

func wait(t *testing.T, event <-chan struct{}, otherwise string) {
	t.Helper()
	select {
	case <-event:
	case <-time.After(20 * time.Second):
		t.Fatal(otherwise)
	}
}

// peer is a client of WebRTC that ends with the test.
func peer(t *testing.T) *webrtc.PeerConnection {
	t.Helper()
	settings := webrtc.SettingEngine{}
	settings.SetIncludeLoopbackCandidate(true)
	engine := &webrtc.MediaEngine{}
	if err := engine.RegisterDefaultCodecs(); err != nil {
		t.Fatal(err)
	}
	p, err := webrtc.NewAPI(webrtc.WithSettingEngine(settings), webrtc.WithMediaEngine(engine)).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.GracefulClose(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// listen begins to listen at an address; the channel is closed when somebody is heard.
func listen(t *testing.T, address string) <-chan struct{} {
	t.Helper()
	p, heard := peer(t), make(chan struct{})
	if _, err := p.AddTransceiverFromKind(webrtc.RTPCodecTypeAudio, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	p.OnTrack(func(track *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		for {
			if _, _, err := track.ReadRTP(); err != nil {
				return
			}
			once.Do(func() { close(heard) })
		}
	})
	negotiate(t, p, address)
	return heard
}

// speak speaks at an address, silence as Opus has it, until the test ends.
func speak(t *testing.T, address string) {
	t.Helper()
	p := peer(t)
	track, err := webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus}, "voice", "guest")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.AddTrack(track); err != nil {
		t.Fatal(err)
	}
	negotiate(t, p, address)
	ctx, stop := context.WithCancel(context.Background())
	var speaking sync.WaitGroup
	speaking.Go(func() { say(ctx, track) })
	t.Cleanup(func() { stop(); speaking.Wait() })
}

func say(ctx context.Context, track *webrtc.TrackLocalStaticRTP) {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	// One packet of silence (RFC 6716): version 2, sequence number and timestamp count on.
	packet := append([]byte{0x80, 111, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0xf8, 0xff, 0xfe)
	for sequence := 0; ; sequence++ {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		packet[2], packet[3] = byte(sequence>>8), byte(sequence)
		if _, err := track.Write(packet); err != nil {
			return
		}
	}
}

func negotiate(t *testing.T, p *webrtc.PeerConnection, address string) {
	t.Helper()
	offer, err := p.CreateOffer(nil)
	if err != nil {
		t.Fatal(err)
	}
	gathered := webrtc.GatheringCompletePromise(p)
	if err := p.SetLocalDescription(offer); err != nil {
		t.Fatal(err)
	}
	<-gathered
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(p.LocalDescription().SDP))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/sdp")
	answer := send(t, request, http.StatusCreated)
	if err := p.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}); err != nil {
		t.Fatal(err)
	}
}
