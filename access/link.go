package access

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"maps"
	"net/url"
	"strconv"
	"time"
)

// ErrBadLink says that a link is not one that was handed out, or has expired.
var ErrBadLink = errors.New("the link is not valid or has expired; have another one made")

// The parameters that make an address a link.
const (
	linkExpires   = "expires"
	linkSignature = "signature"
)

// Links hands out addresses that open one door to whoever has them, until they expire.
type Links struct {
	// Base is the server's own address, such as https://breakout.example.org.
	Base string
	// Key signs the addresses.
	Key []byte
}

// To is the address of a path with parameters, which opens until it expires.
func (l Links) To(path string, parameters url.Values, expires time.Time) string {
	query := url.Values{}
	maps.Copy(query, parameters)
	query.Set(linkExpires, strconv.FormatInt(expires.Unix(), 10))
	query.Set(linkSignature, l.sign(path, query))
	return l.Base + (&url.URL{Path: path, RawQuery: query.Encode()}).String()
}

// sign signs a path with all its parameters.
func (l Links) sign(path string, query url.Values) string {
	mac := hmac.New(sha256.New, l.Key)
	mac.Write([]byte(path + "\n" + query.Encode())) // sorted by name
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// IsLink says whether an address wants to be a link.
func IsLink(address *url.URL) bool { return address.Query().Has(linkSignature) }

// Check says whether an address is a link that was handed out and opens still, or fails
// with [ErrBadLink].
func (l Links) Check(address *url.URL) error {
	query := address.Query()
	signature := query.Get(linkSignature)
	query.Del(linkSignature)
	expires, err := strconv.ParseInt(query.Get(linkExpires), 10, 64)
	if err != nil || time.Now().Unix() >= expires || !hmac.Equal([]byte(signature), []byte(l.sign(address.Path, query))) {
		return ErrBadLink
	}
	return nil
}
