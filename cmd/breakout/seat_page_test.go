package main_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/opusfile"
	"github.com/breakoutrooms/breakout/testbed"
	"github.com/chromedp/chromedp"
	"github.com/thesyncim/gopus"
)

// listenScript listens in by a link, waits until something is audible, and tells how loud
// it is (root mean square, 1 the loudest) and who said it.
const listenScript = `(async (link) => {
  const peer = new RTCPeerConnection();
  for (let i = 0; i < 4; i++) peer.addTransceiver("audio", {direction: "recvonly"});
  const context = new AudioContext();
  const meters = [];
  peer.ontrack = ({track}) => {
    const stream = new MediaStream([track]);
    Object.assign(new Audio(), {srcObject: stream, muted: true}).play(); // Chromium decodes what is played
    const meter = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(meter);
    meters.push(meter);
  };
  await peer.setLocalDescription();
  await new Promise((done) => {
    const look = () => peer.iceGatheringState === "complete" && done();
    peer.onicegatheringstatechange = look;
    look();
  });
  const answer = await fetch(link, {method: "POST", headers: {"Content-Type": "application/sdp"}, body: peer.localDescription.sdp});
  if (answer.status !== 201) return {error: await answer.text()};
  await peer.setRemoteDescription({type: "answer", sdp: await answer.text()});
  let loudness = 0;
  const speakers = new Set();
  for (const end = performance.now() + 20000; performance.now() < end && (loudness < 0.01 || speakers.size < 2);) {
    await new Promise((done) => setTimeout(done, 50));
    for (const meter of meters) {
      const samples = new Float32Array(meter.fftSize);
      meter.getFloatTimeDomainData(samples);
      loudness = Math.max(loudness, Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length));
    }
    for (const receiver of peer.getReceivers())
      for (const {source} of receiver.getContributingSources()) speakers.add(source);
  }
  const gone = await fetch(answer.headers.get("Location"), {method: "DELETE"});
  peer.close();
  return {loudness, speakers: [...speakers].sort(), state: peer.iceConnectionState, gone: gone.status};
})`

// joinScript joins by a link with the browser's microphone and camera, and keeps the
// connection in the page.
const joinScript = `(async (link) => {
  const stream = await navigator.mediaDevices.getUserMedia({audio: true, video: true});
  const peer = window.peer = new RTCPeerConnection();
  for (const track of stream.getTracks()) peer.addTransceiver(track, {direction: "sendonly", streams: [stream]});
  await peer.setLocalDescription();
  await new Promise((done) => {
    const look = () => peer.iceGatheringState === "complete" && done();
    peer.onicegatheringstatechange = look;
    look();
  });
  const answer = await fetch(link, {method: "POST", headers: {"Content-Type": "application/sdp"}, body: peer.localDescription.sdp});
  if (answer.status !== 201) return await answer.text();
  window.session = answer.headers.get("Location");
  await peer.setRemoteDescription({type: "answer", sdp: await answer.text()});
  await new Promise((done) => {
    const look = () => peer.connectionState === "connected" && done();
    peer.onconnectionstatechange = look;
    look();
  });
  return peer.connectionState;
})`

// withMicrophone are the flags of a browser that has a microphone that beeps and a camera.
var withMicrophone = []chromedp.ExecAllocatorOption{
	chromedp.Flag("use-fake-device-for-media-stream", true), chromedp.Flag("use-fake-ui-for-media-stream", true),
	chromedp.Flag("allow-loopback-in-peer-connection", true),
}

// call calls a script with a text.
func called(script, text string) string {
	return fmt.Sprintf("%s(%q)", script, text)
}

// seatLink has a link made.
func seatLink(t *testing.T, house *testbed.House, mutation string, input map[string]any) string {
	t.Helper()
	kind := map[string]string{"createGuestLink": "CreateGuestLinkInput", "createListenLink": "CreateListenLinkInput"}[mutation]
	var answer map[string]struct{ Link struct{ URL string } }
	house.Do(`mutation($input: `+kind+`!) { `+mutation+`(input: $input) { link { url } } }`, map[string]any{"input": input}, &answer)
	return answer[mutation].Link.URL
}

// TestABrowserListensToARoom has Chromium listen in on a room, and measures what is heard.
func TestABrowserListensToARoom(t *testing.T) {
	ctx := browser(t, withMicrophone...)
	house := testbed.Start(t)
	workshop := house.CreateMeeting("Listened to")
	room := workshop.CreateRooms("Ideas")[0]
	workshop.Join("Ada", "Ben", "Cem")
	workshop.Assign(room, "Ada", "Ben")
	workshop.OpenRooms()
	link := seatLink(t, house, "createListenLink", map[string]any{"roomId": room})
	if err := chromedp.Do(ctx, chromedp.Navigate(house.URL)); err != nil {
		t.Fatal(err)
	}
	type heard struct {
		Error, State string
		Loudness     float64
		Speakers     []int
		Gone         int
	}
	got, err := chromedp.Run(ctx, chromedp.Evaluate[heard](called(listenScript, link), chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("heard: %+v", got)
	if got.Loudness < 0.01 || fmt.Sprint(got.Speakers) != "[100 200]" || got.Gone != http.StatusOK {
		t.Errorf("Chromium heard %+v; want Ada and Ben, aloud, and to be gone", got)
	}
	workshop.WaitFor("listening_stopped")
}

// TestABrowserJoinsAndIsHeard has Chromium join with its microphone, which beeps, and
// looks for that in the recording of a bot.
func TestABrowserJoinsAndIsHeard(t *testing.T) {
	ctx := browser(t, withMicrophone...)
	house := testbed.Start(t)
	workshop := house.CreateMeeting("Joined")
	workshop.CreateBot("Recorder", "JOIN_MAIN_ROOM", "")
	workshop.WaitFor("segment_started")
	link := seatLink(t, house, "createGuestLink", map[string]any{"meetingId": workshop.ID, "name": "Browser"})
	if err := chromedp.Do(ctx, chromedp.Navigate(house.URL)); err != nil {
		t.Fatal(err)
	}
	state, err := chromedp.Run(ctx, chromedp.Evaluate[string](called(joinScript, link), chromedp.EvalAwaitPromise))
	if err != nil || state != "connected" {
		t.Fatalf("Chromium is %q: %v", state, err)
	}
	time.Sleep(3 * time.Second) // of beeps, one each second
	status, err := chromedp.Run(ctx, chromedp.Evaluate[int](`fetch(window.session, {method: "DELETE"}).then((answer) => answer.status)`, chromedp.EvalAwaitPromise))
	if err != nil || status != http.StatusOK {
		t.Errorf("to leave answers %d: %v", status, err)
	}
	workshop.WaitFor("participant_left")
	house.Do(`mutation($id: ID!) { endMeeting(input: {meetingId: $id}) { userErrors { code } } }`, map[string]any{"id": workshop.ID}, nil)
	workshop.WaitFor("segment_completed")
	for _, track := range workshop.Segments()[0].Tracks.Nodes {
		if track.Name != "Browser" {
			continue
		}
		if loud := loudness(t, house, track.URL); loud < 0.05 {
			t.Errorf("the loudest packet of the recording has %.3f; a beep has more", loud)
		}
		return
	}
	t.Errorf("the recording has no track of the browser: %+v", workshop.Segments())
}

// loudness is the root mean square of the loudest packet of a recording.
func loudness(t *testing.T, house *testbed.House, address string) (loudest float64) {
	t.Helper()
	response, err := house.Client.HTTP.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	audio, err := io.ReadAll(response.Body)
	if err = errors.Join(err, response.Body.Close()); err != nil {
		t.Fatal(err)
	}
	reader, err := opusfile.NewReader(bytes.NewReader(audio))
	if err != nil {
		t.Fatal(err)
	}
	decoder, err := gopus.NewDecoder(gopus.DefaultDecoderConfig(opusfile.SampleRate, 1))
	if err != nil {
		t.Fatal(err)
	}
	for samples := make([]float32, opusfile.SampleRate); ; {
		packet, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return loudest
		}
		if err != nil {
			t.Fatal(err)
		}
		n, err := decoder.Decode(packet, samples)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, sample := range samples[:n] {
			sum += float64(sample) * float64(sample)
		}
		loudest = max(loudest, math.Sqrt(sum/float64(max(n, 1))))
	}
}
