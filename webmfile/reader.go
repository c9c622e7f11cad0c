package webmfile

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"strings"
	"time"
)

// ErrNotVP8 says that a file is not VP8 video in WebM.
var ErrNotVP8 = errors.New("the file is not VP8 video in WebM")

// maxElement bounds what is read at once, in bytes.
const maxElement = 16 << 20

// Reader reads one file with one track of VP8.
type Reader struct {
	in      *bufio.Reader
	header  Header
	cluster time.Duration
	scale   time.Duration
	span    span
	// first is the first frame, which was read with the header.
	first *Frame
}

// NewReader reads what stands before the video, up to the first frame.
func NewReader(in io.Reader) (*Reader, error) {
	r := &Reader{in: bufio.NewReader(in), scale: time.Millisecond}
	if id, size, err := r.next(); err != nil || id != idEBML || size > maxElement {
		return nil, errors.Join(ErrNotVP8, ignoreEOF(err))
	} else if _, err := r.in.Discard(int(size)); err != nil {
		return nil, errors.Join(ErrNotVP8, ignoreEOF(err))
	}
	first, err := r.read()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if r.header.Width == 0 {
		return nil, ErrNotVP8
	}
	if err == nil {
		r.first = &first
	}
	return r, nil
}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// Header is what stands before the video.
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

// Duration is how long the video is that was read.
func (r *Reader) Duration() time.Duration { return r.span.duration() }

// Next returns the next frame, or io.EOF after the last whole one: a cluster that
// was cut off counts as the end.
func (r *Reader) Next() (Frame, error) {
	if first := r.first; first != nil {
		r.first = nil
		r.span.take(first.At)
		return *first, nil
	}
	frame, err := r.read()
	if err == nil {
		r.span.take(frame.At)
	}
	return frame, err
}

// read goes on to the next frame. It walks into segment and clusters, and takes in
// on the way what it knows.
func (r *Reader) read() (Frame, error) {
	for {
		id, size, err := r.next()
		if err != nil {
			return Frame{}, err
		}
		if id == idSegment || id == idCluster {
			continue
		}
		if size > maxElement {
			return Frame{}, fmt.Errorf("%w: element %X has %d bytes", ErrNotVP8, id, size)
		}
		body := make([]byte, size)
		if _, err := io.ReadFull(r.in, body); err != nil {
			return Frame{}, cutOff(err)
		}
		if id == idSimpleBlock {
			return r.block(body)
		}
		if err := r.take(id, body); err != nil {
			return Frame{}, err
		}
	}
}

func (r *Reader) block(body []byte) (Frame, error) {
	if len(body) < blockHead || body[0] != 0x80|trackNumber {
		return Frame{}, fmt.Errorf("%w: a block is of another track", ErrNotVP8)
	}
	at := r.cluster + time.Duration(int16(binary.BigEndian.Uint16(body[1:])))*r.scale
	return Frame{At: at, Key: body[3]&flagKey != 0, Data: body[blockHead:]}, nil
}

// take takes in an element that is not a frame.
func (r *Reader) take(id uint32, body []byte) error {
	switch id {
	case idTimestamp:
		r.cluster = time.Duration(unsigned(body)) * r.scale
	case idTimestampScale:
		r.scale = time.Duration(unsigned(body))
	case idTitle:
		r.header.Title = string(body)
	case idCodecID:
		if string(body) != codecID {
			return fmt.Errorf("%w: the codec is %q", ErrNotVP8, body)
		}
	case idPixelWidth:
		r.header.Width = int(unsigned(body))
	case idPixelHeight:
		r.header.Height = int(unsigned(body))
	case idTagName:
		r.header.Tags = append(r.header.Tags, Tag{Name: string(body)})
	case idTagString:
		if n := len(r.header.Tags); n > 0 {
			r.header.Tags[n-1].Value = string(body)
		}
	case idInfo, idTracks, idTrackEntry, idVideo, idTags, idTag, idSimpleTag:
		return r.children(body)
	}
	return nil
}

// children takes in what is in an element.
func (r *Reader) children(body []byte) error {
	inside := Reader{in: bufio.NewReader(strings.NewReader(string(body)))}
	for {
		id, size, err := inside.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		child := make([]byte, min(size, uint64(len(body))))
		if _, err := io.ReadFull(inside.in, child); err != nil {
			return fmt.Errorf("%w: element %X is cut off", ErrNotVP8, id)
		}
		if err := r.take(id, child); err != nil {
			return err
		}
	}
}

// next reads the head of the next element: its id, and the size of what is in it.
func (r *Reader) next() (id uint32, size uint64, err error) {
	wide, err := r.vint(4, false)
	if err != nil {
		return 0, 0, err
	}
	size, err = r.vint(8, true)
	return uint32(wide), size, err
}

// vint reads a number whose leading zeros tell how long it is (RFC 8794, section 4).
// Ids keep the bit that ends them, sizes don't.
func (r *Reader) vint(longest int, strip bool) (n uint64, err error) {
	first, err := r.in.ReadByte()
	if err != nil {
		return 0, cutOff(err)
	}
	length := bits.LeadingZeros8(first) + 1
	if length > longest {
		return 0, fmt.Errorf("%w: no element begins where one should", ErrNotVP8)
	}
	if n = uint64(first); strip {
		n &^= 1 << (8 - length)
	}
	for range length - 1 {
		b, err := r.in.ReadByte()
		if err != nil {
			return 0, cutOff(err)
		}
		n = n<<8 | uint64(b)
	}
	return n, nil
}

func unsigned(body []byte) (n uint64) {
	for _, b := range body {
		n = n<<8 | uint64(b)
	}
	return n
}

// cutOff makes the end of a file of an end within an element.
func cutOff(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return io.EOF
	}
	return err
}
