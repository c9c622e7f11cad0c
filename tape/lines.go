package tape

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/breakoutrooms/breakout/scenario"
)

// reader reads one log and gathers every fault on the way.
type reader struct {
	file     string
	problems scenario.Problems
}

func (r *reader) problem(line int, format string, args ...any) {
	r.problems = append(r.problems, scenario.Problem{File: r.file, Line: line, Message: fmt.Sprintf(format, args...)})
}

// value is one object of the log, and the line on which it begins.
type value struct {
	line int
	data json.RawMessage
}

// values takes a log apart: an array, or an object a line.
func (r *reader) values(data []byte) []value {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")) // some editors begin files so
	if text := bytes.TrimSpace(data); len(text) > 0 && text[0] == '[' {
		return r.array(data)
	}
	var list []value
	for i, line := range bytes.Split(data, []byte("\n")) {
		line = bytes.TrimSpace(line)
		switch {
		case len(line) == 0:
		case !json.Valid(line):
			r.problem(i+1, "The line is not a JSON object: %s. A log has one on each line, or is an array of them.", fault(line))
		default:
			list = append(list, value{i + 1, line})
		}
	}
	return list
}

// fault says what is wrong with JSON.
func fault(data []byte) string {
	var whole json.RawMessage
	return strings.TrimPrefix(fmt.Sprint(json.Unmarshal(data, &whole)), "json: ")
}

func (r *reader) array(data []byte) (list []value) {
	in := json.NewDecoder(bytes.NewReader(data))
	lineAt := func(offset int64) int { return 1 + bytes.Count(data[:offset], []byte("\n")) }
	_, err := in.Token()
	for err == nil && in.More() {
		var one json.RawMessage
		if err = in.Decode(&one); err == nil {
			list = append(list, value{lineAt(in.InputOffset() - int64(len(one))), one})
		}
	}
	if err == nil {
		_, err = in.Token()
	}
	if err != nil {
		r.problem(lineAt(int64(len(bytes.TrimRight(data, "\n\r\t ")))), "The array is not whole after %d events: %s.", len(list), err)
	}
	return list
}

// shape reads one kind of log: what an object tells, and of which meeting. What it
// does not know, it leaves to others, and what it has no use for is ignored.
type shape struct {
	name  string
	knows func(value) bool
	read  func(*reader, value) (moments []moment, meeting string)
}

func shapes() []shape {
	return []shape{{"webhooks of Zoom", knowsZoom, readZoom}, {"status webhooks", knowsStatus, readStatus}, {"our own events", knowsOwn, readOwn}}
}

// moments reads what the objects of a log tell, in the order in which they stand
// there, and counts those that tell of other things.
func (r *reader) moments(values []value, wanted string) (all []moment, ignored int) {
	meetings := make(map[string]int)
	for _, v := range values {
		i := slices.IndexFunc(shapes(), func(s shape) bool { return s.knows(v) })
		if i < 0 {
			r.problem(v.line, "This is no event that can be imported: neither a webhook of Zoom (event, payload), nor a status webhook (event, data), nor an event of our own (type, at).")
			continue
		}
		told, meeting := shapes()[i].read(r, v)
		if wanted != "" && meeting != "" && meeting != wanted {
			continue
		}
		if len(told) == 0 {
			ignored++
		} else if _, known := meetings[meeting]; !known && meeting != "" {
			meetings[meeting] = v.line
		}
		all = append(all, told...)
	}
	if len(meetings) > 1 {
		r.several(meetings)
	}
	return all, ignored
}

// several refuses a log of several meetings.
func (r *reader) several(meetings map[string]int) {
	var ids []string
	for id := range meetings {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b string) int { return cmp.Compare(meetings[a], meetings[b]) })
	r.problem(meetings[ids[1]], "The log tells of %d meetings, here of the second; choose one with --meeting: %s.", len(ids), strings.Join(ids, ", "))
}

// into reads an object's fields. An object whose fields are of other kinds is a fault.
func (r *reader) into(v value, fields any) bool {
	if err := json.Unmarshal(v.data, fields); err != nil {
		r.problem(v.line, "The event can't be read: %s.", strings.TrimPrefix(err.Error(), "json: "))
		return false
	}
	return true
}

// time reads when something happened; the zero time where that is not said or wrong.
func (r *reader) time(line int, name, text string) time.Time {
	if text == "" {
		r.problem(line, "The event does not say when it happened: it has no %s.", name)
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		r.problem(line, "%s must be a time such as 2025-10-15T07:14:27Z; this is %q.", name, text)
	}
	return at
}
