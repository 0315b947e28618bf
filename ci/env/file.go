package env

import (
	"bytes"
	"fmt"
	"regexp"

	"github.com/compose-spec/compose-go/v2/dotenv"
)

var fileLine = regexp.MustCompile(`line \d+`)

// ParseFile reads the NAME=value lines of a file, in which ${NAME} may stand
// for one of the variables set. The error never quotes the file: the broken
// line may hold a secret.
//
//	source, err := env.ParseFile("prod.env", text, nil)
func ParseFile(name string, text []byte, set map[string]string) (Source, error) {
	values, err := dotenv.ParseWithLookup(bytes.NewReader(text), func(name string) (string, bool) {
		value, ok := set[name]
		return value, ok
	})
	if err != nil {
		if line := fileLine.FindString(err.Error()); line != "" {
			name += ", " + line
		}
		return Source{}, fmt.Errorf("%s is no list of variables: write NAME=value, one a line, and close quotes", name)
	}
	return Source{Name: name, Values: values}, nil
}
