package main_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/client"
	"github.com/breakoutrooms/breakout/opusfile"
	"github.com/pion/opus"
)

// program is the built command.
var program string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		folder, err := os.MkdirTemp("", "breakout-cmd-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer func() { _ = os.RemoveAll(folder) }()
		program = filepath.Join(folder, "breakout")
		if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "build the command: %v\n%s", err, out)
			return 1
		}
		return m.Run()
	}())
}

// run is a running command.
type run struct {
	t    testing.TB
	cmd  *exec.Cmd
	mu   sync.Mutex
	said bytes.Buffer
	// lines has every line that the command says on its standard error.
	lines chan string
}

func start(t testing.TB, args ...string) *run {
	t.Helper()
	r := &run{t: t, cmd: exec.Command(program, args...), lines: make(chan string, 10_000)}
	stderr, err := r.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(r.lines)
		for scanner := bufio.NewScanner(stderr); scanner.Scan(); {
			r.mu.Lock()
			fmt.Fprintln(&r.said, scanner.Text())
			r.mu.Unlock()
			r.lines <- scanner.Text()
		}
	}()
	t.Cleanup(func() { _ = r.cmd.Process.Kill() }) // it has ended by itself, or the test has failed
	return r
}

// until waits for a line that matches, and returns what its group matched.
func (r *run) until(pattern string) string {
	r.t.Helper()
	expression := regexp.MustCompile(pattern)
	timeout := time.After(90 * time.Second)
	for {
		select {
		case line, open := <-r.lines:
			if found := expression.FindStringSubmatch(line); found != nil {
				return found[len(found)-1]
			}
			if !open {
				r.mu.Lock()
				defer r.mu.Unlock()
				r.t.Fatalf("the command ended before it said %q; it said:\n%s", pattern, r.said.String())
			}
		case <-timeout:
			r.t.Fatalf("the command did not say %q", pattern)
		}
	}
}

// end waits for the command to end and returns its exit code.
func (r *run) end(within time.Duration) int {
	r.t.Helper()
	timer := time.AfterFunc(within, func() {
		r.t.Errorf("the command has not ended %s after it was told to", within)
		_ = r.cmd.Process.Kill()
	})
	defer timer.Stop()
	for range r.lines { // all of it, before Wait closes the pipe
	}
	err := r.cmd.Wait()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode()
	}
	if err != nil {
		r.t.Fatal(err)
	}
	return 0
}

// serve serves a folder and returns a client with a fresh key.
func serve(t testing.TB, data string, flags ...string) *client.Client {
	t.Helper()
	key, err := exec.Command(program, "key", "create", "--data", data, "--name", "test").Output()
	if err != nil {
		t.Fatalf("make a key: %v", err)
	}
	server := start(t, append([]string{"serve", "--listen", "127.0.0.1:0", "--data", data}, flags...)...)
	url := server.until(`Serving on (http://\S+)`)
	t.Cleanup(func() {
		if err := server.cmd.Process.Signal(os.Interrupt); err != nil {
			t.Error(err)
		}
		if code := server.end(5 * time.Second); code != 0 {
			t.Errorf("the interrupted server ended with code %d", code)
		}
	})
	return &client.Client{URL: url, Key: strings.TrimSpace(string(key))}
}

// aftermath is what the API says of the one meeting of a folder.
type aftermath struct {
	Meetings struct {
		Nodes []struct {
			ID      string
			Cursor  string
			EndedAt *time.Time
			Bots    struct{ Nodes []struct{ StatusCode string } }
		}
	}
}

// inspect checks that a folder is whole: the journal has no gap, every bot is
// done, every segment is finished and every file plays.
func inspect(t *testing.T, data string, wantState, wantStatus string) {
	t.Helper()
	c := serve(t, data, "--resume-within", "0s")
	var a aftermath
	err := c.Do(t.Context(), `{ meetings { nodes { id cursor endedAt bots { nodes { statusCode } } } } }`, nil, &a)
	if err != nil || len(a.Meetings.Nodes) != 1 {
		t.Fatalf("%+v, %v", a, err)
	}
	m := a.Meetings.Nodes[0]
	if m.EndedAt == nil || len(m.Bots.Nodes) != 8 {
		t.Errorf("the meeting ended at %v and has %d bots", m.EndedAt, len(m.Bots.Nodes))
	}
	for _, b := range m.Bots.Nodes {
		if b.StatusCode != wantStatus {
			t.Errorf("a bot is %s, want %s", b.StatusCode, wantStatus)
		}
	}
	checkJournal(t, c, m.ID, m.Cursor)
	checkSegments(t, c, m.ID, wantState)
	if n := playAll(t, filepath.Join(data, "recordings")); n < 25 {
		t.Errorf("there are %d files", n)
	}
}

// checkJournal reads every event of a meeting.
func checkJournal(t *testing.T, c *client.Client, id, head string) {
	t.Helper()
	errHead := errors.New("that was the last")
	next := 1
	err := c.Subscribe(t.Context(), `subscription($id: ID!) { meetingEvents(meetingId: $id) { cursor sequence } }`, map[string]any{"id": id}, func(data json.RawMessage) error {
		var answer struct {
			MeetingEvents struct {
				Cursor   string
				Sequence int
			}
		}
		if err := json.Unmarshal(data, &answer); err != nil {
			return err
		}
		if answer.MeetingEvents.Sequence != next {
			return fmt.Errorf("event %d follows event %d", answer.MeetingEvents.Sequence, next-1)
		}
		next++
		if answer.MeetingEvents.Cursor == head {
			return errHead
		}
		return nil
	})
	if !errors.Is(err, errHead) {
		t.Errorf("the journal: %v", err)
	}
}

// checkSegments checks that no segment is open, and that at least one is in the
// state that is wanted, with tracks that can be fetched.
func checkSegments(t *testing.T, c *client.Client, id, want string) {
	t.Helper()
	var answer struct {
		Segments struct {
			Nodes []struct {
				State  string
				Tracks struct {
					Nodes []struct {
						URL             string
						DurationSeconds float64
					}
				}
			}
		}
	}
	err := c.Do(t.Context(), `query($id: ID!) { segments(meetingId: $id, first: 100) { nodes { state tracks { nodes { url durationSeconds } } } } }`, map[string]any{"id": id}, &answer)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, s := range answer.Segments.Nodes {
		if s.State == "RECORDING" {
			t.Error("a segment is being recorded by nobody")
		}
		if s.State != want || len(s.Tracks.Nodes) == 0 {
			continue
		}
		found++
		response, err := http.Get(s.Tracks.Nodes[0].URL)
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.Copy(io.Discard, response.Body)
		if err := errors.Join(err, response.Body.Close()); err != nil || response.StatusCode != http.StatusOK {
			t.Errorf("the recording answers %s, %v", response.Status, err)
		}
	}
	if found == 0 {
		t.Errorf("no segment is %s and has tracks", want)
	}
}

// inTime waits for what another process does and tells nobody.
func inTime(t *testing.T, what string, done func() bool) {
	t.Helper()
	for limit := time.Now().Add(30 * time.Second); !done(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatal("after 30 s it is not so: " + what)
		}
	}
}

// playAll decodes every recorded file, and counts them.
func playAll(t *testing.T, folder string) (files int) {
	t.Helper()
	return playEvery(t, folder, 1)
}

// playEvery counts every recorded file, and decodes every nth.
func playEvery(t *testing.T, folder string, nth int) (files int) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".ogg" {
			return err
		}
		if files++; files%nth != 0 {
			return nil
		}
		return play(path)
	})
	if err != nil {
		t.Error(err)
	}
	return files
}

func play(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	reader, err := opusfile.NewReader(file)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	decoder, err := opus.NewDecoderWithOutput(opusfile.SampleRate, 1)
	if err != nil {
		return err
	}
	out := make([]float32, 6*opusfile.SilenceSamples)
	for n := 0; ; n++ {
		packet, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if _, err := decoder.DecodeToFloat32(packet, out); err != nil {
			return fmt.Errorf("%s: packet %d: %w", path, n, err)
		}
	}
}

// TestKilledInTheMiddle pulls the plug while bots record in their rooms, and
// starts again on the same folder.
func TestKilledInTheMiddle(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	demo := start(t, "demo", "--listen", "127.0.0.1:0", "--data", data)
	demo.until(`the rooms open`)
	demo.until(`is moved to`)
	if err := demo.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	demo.end(5 * time.Second)
	inspect(t, data, "INTERRUPTED", "fatal")
}

// TestInterruptedInTheMiddle asks the command to stop while bots record.
func TestInterruptedInTheMiddle(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	demo := start(t, "demo", "--listen", "127.0.0.1:0", "--data", data)
	demo.until(`the rooms open`)
	demo.until(`is moved to`)
	if err := demo.cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if code := demo.end(5 * time.Second); code != 130 {
		t.Errorf("the interrupted command ended with code %d", code)
	}
	inspect(t, data, "COMPLETED", "done")
}

func TestFaultyScenariosAreToldWhole(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "faulty.yaml")
	faulty := "name: faulty\npeople:\n  - {name: Grace, role: king}\nbots:\n  - {name: B, mode: join_any}\nsteps:\n  - {move: {who: Zed, to: Blue}}\n"
	if err := os.WriteFile(file, []byte(faulty), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(context.Background(), program, "test", file).CombinedOutput()
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok || exit.ExitCode() != 2 {
		t.Errorf("the command ended with %v", err)
	}
	for _, want := range []string{file + `:3: There is no role "king"`, file + `:5: There is no mode "join_any"`, file + `:7: There is nobody called "Zed"`, file + `:7: No step creates a room called "Blue"`} {
		if !strings.Contains(string(out), want) {
			t.Errorf("%q is missing in:\n%s", want, out)
		}
	}
}

// TestScenariosThatFailSaySo plays a scenario whose expectation can't hold.
func TestScenariosThatFailSaySo(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "wishful.yaml")
	wishful := "name: wishful\npeople:\n  - {name: Grace, role: host}\nsteps:\n  - {at: 0s, join: people}\n  - {at: 1s, end_meeting: }\nexpect:\n  events:\n    - {event: room_opened, count: 3}\n"
	if err := os.WriteFile(file, []byte(wishful), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(context.Background(), program, "test", "--json", file)
	out, err := cmd.Output()
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok || exit.ExitCode() != 1 || !strings.Contains(string(exit.Stderr), "line 9: room_opened was expected 3 times; it was seen not at all.") {
		t.Errorf("the command ended with %v", err)
	}
	var report struct{ OK bool }
	if err := json.Unmarshal(out, &report); err != nil || report.OK {
		t.Errorf("the last line is %s", out)
	}
}

func TestBundledScenariosAreListedAndPlayed(t *testing.T) {
	list, err := exec.Command(program, "scenarios").Output()
	if err != nil || !strings.Contains(string(list), "ping-pong-reassign") {
		t.Errorf("the list is %v\n%s", err, list)
	}
	start(t, "test", "--bundled", "silent-room", "--bundled", "close-twice-now").until(`(✓ close-twice-now)`)
}
