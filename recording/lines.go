package recording

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
)

// longestLine bounds a line of a file of lines, in bytes.
const longestLine = 1 << 20

// write adds lines of JSON to a file, with one write, so that a file whose writer
// dies ends with a whole line or with one that readers leave out.
func write[L any](s *Store, name string, lines ...L) (err error) {
	var data bytes.Buffer
	encoder := json.NewEncoder(&data)
	for _, line := range lines {
		if err := encoder.Encode(line); err != nil {
			return fmt.Errorf("write down a line of %s: %w", path.Base(name), err)
		}
	}
	file, err := s.root.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("open %s: %w", path.Base(name), err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	n, err := file.Write(data.Bytes())
	if err == nil {
		return nil
	}
	// Half a line would spoil the next one.
	info, lost := file.Stat()
	if lost == nil {
		lost = file.Truncate(info.Size() - int64(n))
	}
	return fmt.Errorf("write to %s: %w", path.Base(name), errors.Join(err, lost))
}

// readLines reads a file of lines of JSON. A last line that the writer's death left
// half written is left out; a file that does not exist has no lines.
func readLines[L any](s *Store, name string) (lines []L, err error) {
	file, err := s.root.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path.Base(name), err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	scanner := bufio.NewScanner(file)
	scanner.Buffer(nil, longestLine)
	for scanner.Scan() {
		var one L
		if err := json.Unmarshal(scanner.Bytes(), &one); err != nil {
			break
		}
		lines = append(lines, one)
	}
	if err := scanner.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", path.Base(name), err)
	}
	return lines, nil
}
