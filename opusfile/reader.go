package opusfile

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
)

// ErrNotOpus says that a file is not Opus audio in Ogg.
var ErrNotOpus = errors.New("the file is not Opus audio in Ogg")

// ErrDamaged says that a page's checksum is wrong.
var ErrDamaged = errors.New("an Ogg page is damaged")

// Reader reads one file with one stream.
type Reader struct {
	in     *bufio.Reader
	header Header
	// packets are the whole packets of the page at hand; rest is the part of a
	// packet that the next page continues.
	packets [][]byte
	rest    []byte
	granule int64
}

// NewReader reads the headers of a file.
func NewReader(in io.Reader) (*Reader, error) {
	r := &Reader{in: bufio.NewReader(in)}
	head, err := r.Next()
	if err != nil || len(head) < 19 || !strings.HasPrefix(string(head), headMagic) {
		return nil, errors.Join(ErrNotOpus, ignoreEOF(err))
	}
	r.header.Channels, r.header.PreSkip = int(head[9]), int(binary.LittleEndian.Uint16(head[10:]))
	tags, err := r.Next()
	if err != nil {
		return nil, errors.Join(ErrNotOpus, ignoreEOF(err))
	}
	if r.header.Tags, err = parseTags(tags); err != nil {
		return nil, err
	}
	return r, nil
}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// Header is what stands before the audio.
func (r *Reader) Header() Header { return r.header }

// Tag is the value of the first tag of that name.
func (r *Reader) Tag(name string) string {
	for _, tag := range r.header.Tags {
		if strings.EqualFold(tag.Name, name) {
			return tag.Value
		}
	}
	return ""
}

// Granule is the position, in samples, at the end of the page at hand.
func (r *Reader) Granule() int64 { return r.granule }

// Next returns the next packet, or io.EOF after the last whole one: a page that
// was cut off counts as the end.
func (r *Reader) Next() ([]byte, error) {
	for len(r.packets) == 0 {
		if err := r.readPage(); err != nil {
			return nil, err
		}
	}
	packet := r.packets[0]
	r.packets = r.packets[1:]
	return packet, nil
}

func (r *Reader) readPage() error {
	page := make([]byte, pageHeader, 8<<10)
	if _, err := io.ReadFull(r.in, page); err != nil {
		return cutOff(err)
	}
	if string(page[:4]) != "OggS" {
		return fmt.Errorf("%w: no page begins where one should", ErrDamaged)
	}
	segments := make([]byte, page[offsetSegments])
	if _, err := io.ReadFull(r.in, segments); err != nil {
		return cutOff(err)
	}
	size := 0
	for _, s := range segments {
		size += int(s)
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(r.in, body); err != nil {
		return cutOff(err)
	}
	page = append(append(page, segments...), body...)
	want := binary.LittleEndian.Uint32(page[offsetChecksum:])
	clear(page[offsetChecksum : offsetChecksum+4])
	if checksum(page) != want {
		return fmt.Errorf("%w: the checksum of page %d is wrong", ErrDamaged, binary.LittleEndian.Uint32(page[offsetSequence:]))
	}
	r.header.Serial = binary.LittleEndian.Uint32(page[offsetSerial:])
	r.granule = int64(binary.LittleEndian.Uint64(page[offsetGranule:]))
	r.split(page[offsetFlags], segments, body)
	return nil
}

// cutOff makes the end of a file of an end within a page.
func cutOff(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return io.EOF
	}
	return err
}

// split cuts a page's body into packets: a segment of less than 255 bytes ends one.
func (r *Reader) split(flags byte, segments, body []byte) {
	if flags&flagContinued == 0 {
		r.rest = nil
	}
	for _, s := range segments {
		r.rest = append(r.rest, body[:s]...)
		body = body[s:]
		if s < 255 {
			r.packets = append(r.packets, r.rest)
			r.rest = nil
		}
	}
}

func parseTags(packet []byte) ([]Tag, error) {
	if !strings.HasPrefix(string(packet), tagsMagic) {
		return nil, fmt.Errorf("%w: the comment header is missing", ErrNotOpus)
	}
	packet = packet[len(tagsMagic):]
	_, packet, ok := takeText(packet) // the vendor
	if !ok || len(packet) < 4 {
		return nil, fmt.Errorf("%w: the comment header is cut off", ErrNotOpus)
	}
	count := binary.LittleEndian.Uint32(packet)
	packet = packet[4:]
	var tags []Tag
	for range count {
		var text string
		if text, packet, ok = takeText(packet); !ok {
			return nil, fmt.Errorf("%w: the comment header is cut off", ErrNotOpus)
		}
		name, value, _ := strings.Cut(text, "=")
		tags = append(tags, Tag{name, value})
	}
	return tags, nil
}

func takeText(packet []byte) (text string, rest []byte, ok bool) {
	if len(packet) < 4 {
		return "", nil, false
	}
	n := binary.LittleEndian.Uint32(packet)
	if packet = packet[4:]; uint64(n) > uint64(len(packet)) {
		return "", nil, false
	}
	return string(packet[:n]), packet[n:], true
}
