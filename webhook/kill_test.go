package webhook_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/breakoutrooms/breakout/meeting"
	"github.com/breakoutrooms/breakout/outbound"
	"github.com/breakoutrooms/breakout/webhook"
)

// The environment of a process that is to be killed: its folder, and its receiver.
const (
	victimData = "BREAKOUT_TEST_VICTIM_DATA"
	victimURL  = "BREAKOUT_TEST_VICTIM_URL"
)

// atHome lets endpoints be on this machine.
func atHome(c *webhook.Config) {
	c.HTTP = nil
	c.Outbound = outbound.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
}

// TestVictim is the process that TestKilledInTheMiddle kills.
func TestVictim(t *testing.T) {
	if os.Getenv(victimData) == "" {
		t.Skip("this is a part of TestKilledInTheMiddle")
	}
	h := &house{t: t, data: os.Getenv(victimData), change: atHome}
	h.start()
	h.endpoint(func(s *webhook.Spec) { s.URL, s.Ordered = os.Getenv(victimURL), true })
	h.meeting("mtg_1")
	for i := range 100000 {
		h.happen("mtg_1", say(i))
		_, _ = os.Stdout.WriteString("committed\n")
	}
}

// TestKilledInTheMiddle kills a process while it writes events and delivers them, and
// has the next one deliver what is missing.
func TestKilledInTheMiddle(t *testing.T) {
	c := &counted{seen: make(map[string]bool), last: make(map[meeting.ID]int64)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		if err == nil { // a process that dies cuts its requests short
			c.take(t, got{time.Now(), request, string(body)})
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	defer server.Close()
	data := t.TempDir()
	victim := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestVictim$", "-test.v")
	victim.Env = append(os.Environ(), victimData+"="+data, victimURL+"="+server.URL)
	printed, err := victim.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	committed := 0
	for lines := bufio.NewScanner(printed); committed < 300 && lines.Scan(); {
		if lines.Text() == "committed" {
			committed++
		}
	}
	if err := victim.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = victim.Wait() // it was killed
	h := &house{t: t, data: data, change: atHome}
	h.start()
	defer h.close()
	events, err := h.journal.Read(system(), journalOf("mtg_1"), 0, 100000)
	if err != nil || len(events) < committed {
		t.Fatalf("%d events were committed, and %d are there: %v", committed, len(events), err)
	}
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		c.mu.Lock()
		n := len(c.seen)
		c.mu.Unlock()
		if n >= len(events) {
			break
		}
		if time.Since(began) > 20*time.Second {
			t.Fatalf("of %d events, %d were delivered", len(events), n)
		}
	}
	if len(c.seen) != len(events) || c.disorder != 0 {
		t.Errorf("of %d events, %d were delivered, %d out of order", len(events), len(c.seen), c.disorder)
	}
}

// TestPrivateAddressesAreRefused tries them in every spelling: at once where the
// address can be seen to be private, else when its name is looked up.
func TestPrivateAddressesAreRefused(t *testing.T) {
	hosts := map[string]string{
		"inside.example": "10.0.0.1", "metadata.example": "169.254.169.254", "mapped.example": "::ffff:127.0.0.1", "loop.example": "::1",
		"redirects.example": "8.8.8.8", "nat64.example": "64:ff9b::a00:1",
	}
	var dialed []string
	h := open(t, newReceiver(nil), func(c *webhook.Config) {
		c.HTTP = nil
		c.Outbound.Lookup = func(_ context.Context, host string) ([]netip.Addr, error) {
			return []netip.Addr{netip.MustParseAddr(hosts[host])}, nil
		}
		c.Outbound.Dial = func(_ context.Context, _, address string) (net.Conn, error) {
			dialed = append(dialed, address)
			near, far := net.Pipe()
			go func() {
				defer func() { _ = far.Close() }()
				_, _ = http.ReadRequest(bufio.NewReader(far))
				_, _ = io.WriteString(far, "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
			}()
			return near, nil
		}
	})
	for _, address := range []string{
		"http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0x7f.0.0.1/", "http://0177.0.0.1/", "http://017700000001/",
		"http://0/", "http://0.0.0.0/", "http://[::1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[64:ff9b::7f00:1]/",
		"http://[fe80::1%25eth0]/", "http://[fd00:ec2::254]/", "http://localhost/", "http://LOCALHOST./", "http://app.localhost:8080/", "http://127.0.0.1./",
		"http://169.254.169.254/latest/meta-data/", "http://2852039166/", "http://0xa9fea9fe/", "http://10.0.0.1/", "http://192.168.1.1/", "http://172.16.0.1/",
		"http://100.64.0.1/", "http://example.0x10/", "http://1.2.3.4.5/",
		"ftp://example.org/", "file:///etc/passwd", "http://user:secret@example.org/", "https://example.org/#part", "https://", "//example.org", "example.org", "",
		"http://exa mple.org/", "gopher://example.org/", "http://127.0.0.1:99999/",
	} {
		_, _, err := h.service.Create(viewer(), webhook.Spec{URL: address, Format: meeting.FormatEvent}, webhook.NewSigner(meeting.SigningHMAC), meeting.Request{})
		if !refused(err, meeting.CodeInvalid) && !refused(err, webhook.CodeAddressNotAllowed) {
			t.Errorf("%q: %v", address, err)
		}
	}
	for host := range hosts {
		id, _ := h.endpoint(func(s *webhook.Spec) { s.URL = "http://" + host + "/" })
		if _, err := h.service.SendTest(viewer(), id); err != nil {
			t.Fatal(err)
		}
	}
	rows := h.ended(len(hosts))
	for _, row := range rows {
		if row.Status != 307 && row.Error != "The endpoint's name leads to no public address." {
			t.Errorf("an attempt at %s ended with %d %s", row.URL, row.Status, row.Error)
		}
	}
	if len(dialed) != 1 || dialed[0] != "8.8.8.8:80" {
		t.Errorf("it was connected to %v", dialed)
	}
}
