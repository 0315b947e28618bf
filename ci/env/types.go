package env

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/distribution/reference"
)

// judged is a value that knows what production does not accept of it.
type judged interface{ development() []finding }

// confidential is a value that is a secret or holds one. The second result
// says how to call it: "a password", or "" when the value itself is it.
type confidential interface{ confidential() (secret, name string) }

// Text is any text.
type Text string

// EnvDecode refuses control characters only: they come from a broken file.
func (t *Text) EnvDecode(text string) error {
	if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return problem("holds a line break or another control character", "write it in one line")
	}
	*t = Text(text)
	return nil
}

// Secret is a text that no format prints. string(s) is the value.
type Secret string

// EnvDecode takes any text of one line.
func (s *Secret) EnvDecode(text string) error { return (*Text)(s).EnvDecode(text) }

// String is "***", or "" for no secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "***"
}

// GoString keeps the secret out of %#v.
func (s Secret) GoString() string { return strconv.Quote(s.String()) }

// MarshalText keeps the secret out of JSON.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

func (s Secret) confidential() (string, string) { return string(s), "" }

// NodeEnv is development, production or test.
type NodeEnv string

// EnvDecode takes one of the three.
func (n *NodeEnv) EnvDecode(text string) error {
	switch text {
	case "development", "production", "test":
		*n = NodeEnv(text)
		return nil
	}
	return problem("is none of development, production and test", "use one of these")
}

func (n NodeEnv) development() []finding {
	if n != "production" {
		return []finding{{Development, Error, "is not production", "remove it: the production image sets it"}}
	}
	return nil
}

// DevOnly is a setting that production must not have.
type DevOnly string

// EnvDecode takes any text of one line.
func (d *DevOnly) EnvDecode(text string) error { return (*Text)(d).EnvDecode(text) }

func (d DevOnly) development() []finding {
	return []finding{{Development, Error, "is for the development server only", "remove it"}}
}

// Prefix is a name of letters, digits, "_" and "-".
type Prefix string

var prefixForm = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// EnvDecode takes a name.
func (p *Prefix) EnvDecode(text string) error {
	if !prefixForm.MatchString(text) {
		return problem("holds other characters than letters, digits, _ and -", "leave them out")
	}
	*p = Prefix(text)
	return nil
}

// Port is a TCP port, 1 to 65535.
type Port uint16

// EnvDecode takes a whole number.
func (p *Port) EnvDecode(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 65535 {
		return problem("is no port", "use a whole number from 1 to 65535")
	}
	*p = Port(n)
	return nil
}

// Number is a whole number; the range tag of its field bounds it.
type Number int

// EnvDecode takes a whole number.
func (n *Number) EnvDecode(text string) error {
	parsed, err := strconv.Atoi(text)
	if err != nil {
		return problem("is no whole number", "write digits only")
	}
	*n = Number(parsed)
	return nil
}

// within reports a number outside of "least..greatest"; "" is any number.
func (n Number) within(bounds string) error {
	var least, greatest int
	if _, err := fmt.Sscanf(bounds, "%d..%d", &least, &greatest); err != nil || int(n) >= least && int(n) <= greatest {
		return nil
	}
	return problem("is out of range", fmt.Sprintf("use a number from %d to %d", least, greatest))
}

// Seconds is a duration that is written as a number of seconds, 0 to 600.
type Seconds time.Duration

// EnvDecode takes a number, also one like 2.5, without a unit.
func (s *Seconds) EnvDecode(text string) error {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !(n >= 0 && n <= 600) {
		return problem("is no number of seconds", "use a number from 0 to 600, without a unit")
	}
	*s = Seconds(n * float64(time.Second))
	return nil
}

// Memory is a size as PostgreSQL and Redis write it, such as 256MB.
type Memory string

var memoryForm = regexp.MustCompile(`^[1-9][0-9]*(B|[kK]B?|[mMgGtT][bB]?)$`)

// EnvDecode takes a number with a unit.
func (m *Memory) EnvDecode(text string) error {
	if !memoryForm.MatchString(text) {
		return problem("is no size", "write number and unit, like 256MB")
	}
	*m = Memory(text)
	return nil
}

// Image is the reference of a container image.
type Image string

// EnvDecode takes name, tag and digest. Without a default, Load decodes an
// unset one, too.
func (i *Image) EnvDecode(text string) error {
	if text == "" {
		return nil
	}
	if _, err := reference.ParseNormalizedNamed(text); err != nil {
		return problem("is no reference of an image", "write it like registry.example/name:1.2.3, in lower case")
	}
	*i = Image(text)
	return nil
}

var floatingTag = regexp.MustCompile(`^(latest|stable|edge|main|master|nightly|dev|develop|next|current|slim|alpine)$`)

// development finds a tag that can be another image tomorrow.
func (i Image) development() []finding {
	named, err := reference.ParseNormalizedNamed(string(i))
	if err != nil {
		return nil
	}
	if _, ok := named.(reference.Digested); ok {
		return nil
	}
	tagged, ok := named.(reference.Tagged)
	if !ok || floatingTag.MatchString(tagged.Tag()) {
		return []finding{{Development, Error, "has a tag that floats", "name a release, like :1.2.3, or a digest"}}
	}
	return nil
}
