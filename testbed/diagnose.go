package testbed

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"github.com/breakoutrooms/breakout/report"
	"github.com/breakoutrooms/breakout/scenario"
)

// reportsVariable names the folder in which pages of failed tests are kept. Without it,
// they lie in the folder for temporary files.
const reportsVariable = "BREAKOUT_TEST_REPORTS"

// diagnose tells of a meeting whose test has failed: the last events, the seed by which
// the run can be repeated, and a page to look at.
func (m *Meeting) diagnose() {
	seen := m.watcher.Seen()
	for _, last := range seen[max(0, len(seen)-lastEvents):] {
		m.t.Logf("%4d %s %s", last.Sequence, last.At.Format(time.RFC3339Nano), last)
	}
	m.t.Logf("The last events of meeting %s are above. The seed was %d.", m.ID, m.house.seed)
	page, err := m.writePage(seen)
	if err != nil {
		m.t.Logf("No page was written of it: %v", err)
		return
	}
	m.t.Logf("Look at all of it: %s", (&url.URL{Scheme: "file", Path: page}).String())
}

// unfit is what file names should not have.
var unfit = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// writePage writes what happened as a page, and tells where.
func (m *Meeting) writePage(seen []scenario.Seen) (name string, err error) {
	folder := os.Getenv(reportsVariable)
	if folder == "" {
		if folder, err = os.MkdirTemp("", "breakout-testbed-"); err != nil {
			return "", fmt.Errorf("make a folder for the page: %w", err)
		}
	}
	if name, err = filepath.Abs(filepath.Join(folder, unfit.ReplaceAllString(m.t.Name()+"-"+m.ID, "-")+".html")); err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil { //nolint:gosec // reports are for everybody to read
		return "", fmt.Errorf("make a folder for the page: %w", err)
	}
	run := &report.Run{
		Scenario: &scenario.Scenario{Name: m.t.Name(), Story: "A failed test with the seed " + strconv.FormatUint(m.house.seed, 10) + ".", Seed: m.house.seed},
		Report:   &scenario.Report{Scenario: m.t.Name(), Events: len(seen)},
	}
	note := run.Progress(scenario.Progress{})
	for _, event := range seen {
		note.Event(event)
	}
	file, err := os.Create(name) //nolint:gosec // the name is made above
	if err != nil {
		return "", err
	}
	return name, errors.Join(run.Page(file), file.Close())
}
