package scenario

import (
	"bytes"
	"compress/gzip"
	"io"
	"time"
)

// Tell takes note of a run while it is played, passing on its progress, and writes a page
// of what came of it, and how long that took: see package report.
type Tell func(s *Scenario, to Progress) (Progress, func(*Report, time.Duration) ([]byte, error))

// compressed is a run's page, compressed, as a server keeps those of many runs.
func compressed(page []byte) ([]byte, error) {
	var small bytes.Buffer
	writer := gzip.NewWriter(&small)
	if _, err := writer.Write(page); err != nil {
		return nil, err
	}
	err := writer.Close()
	return small.Bytes(), err
}

// tellOf is what is told while a run is played, and what keeps a page of it then, where
// runs are told of.
func (h *Playhouse) tellOf(r *run) (Progress, func(*Report) error) {
	if h.tell == nil {
		return r.progress(), func(*Report) error { return nil }
	}
	began := time.Now()
	progress, write := h.tell(r.scenario, r.progress())
	return progress, func(report *Report) error {
		if report == nil {
			return nil
		}
		page, err := write(report, time.Since(began))
		if err != nil {
			return err
		}
		page, err = compressed(page)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.page, r.shown.HasPage = page, err == nil
		return err
	}
}

// Page is the page of a run of any workspace; nil when there is none. Whoever asks has been
// given its address.
func (h *Playhouse) Page(id string) ([]byte, error) {
	r := h.find(id)
	if r == nil {
		return nil, nil
	}
	r.mu.Lock()
	page := r.page
	r.mu.Unlock()
	if page == nil {
		return nil, nil
	}
	reader, err := gzip.NewReader(bytes.NewReader(page))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(reader)
}
