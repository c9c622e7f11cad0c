package testbed_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/breakoutrooms/breakout/testbed"
)

// failing is a test that has failed.
type failing struct {
	*testing.T
	logs []string
}

func (f *failing) Failed() bool { return true }

func (f *failing) Logf(format string, args ...any) {
	f.logs = append(f.logs, fmt.Sprintf(format, args...))
}

// TestAFailedTestIsToldOf looks at what a failed test says: the last events, the seed, and
// where the page lies.
func TestAFailedTestIsToldOf(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("BREAKOUT_TEST_REPORTS", folder)
	f := &failing{T: t}
	t.Cleanup(func() { // when the house has ended
		said := strings.Join(f.logs, "\n")
		for _, want := range []string{"room created · Ideas", "seed was 77", "file://" + folder} {
			if !strings.Contains(strings.ToLower(said), strings.ToLower(want)) {
				t.Errorf("a failed test says nothing of %q:\n%s", want, said)
			}
		}
		pages, err := filepath.Glob(filepath.Join(folder, "*.html"))
		if err != nil || len(pages) != 1 {
			t.Fatalf("%d pages were written: %v", len(pages), err)
		}
		if page, err := os.ReadFile(pages[0]); err != nil || !strings.Contains(string(page), "Ideas") {
			t.Errorf("the page tells nothing of the meeting: %v", err)
		}
	})
	workshop := testbed.Start(f, testbed.Seed(77)).CreateMeeting("Workshop")
	workshop.CreateRooms("Ideas")
	workshop.WaitForCount("room_created", 2) // main is one too
}
