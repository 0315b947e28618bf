package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// ParseJUnit reads the JUnit XML of vitest, jest-junit, node and their like:
// suites may be nested, and a test may stand outside of any. Tests are counted
// one by one; the numbers in the headers only ever make the result worse.
// Empty input, anything else than such XML, and XML without a test are errors.
//
//	tests, err := report.ParseJUnit(data)
func ParseJUnit(data []byte) (*Tests, error) {
	text := strings.TrimPrefix(string(data), "\ufeff")
	if strings.TrimSpace(text) == "" {
		return nil, errors.New("read test results: the file is empty")
	}
	r := junitReader{decoder: xml.NewDecoder(strings.NewReader(legalXML(text)))}
	if err := r.run(); err != nil {
		return nil, fmt.Errorf("read test results: %w", err)
	}
	r.tests.claim(max(r.claimed, r.claimedBelow))
	if r.tests.Total == 0 {
		return nil, errors.New("no tests were run")
	}
	if r.seconds > 0 {
		r.tests.Seconds = r.seconds
	}
	if r.tests.Failures == nil {
		r.tests.Failures = []Failure{}
	}
	return &r.tests, nil
}

// junitReader walks over the elements without recursion, whatever their depth.
type junitReader struct {
	decoder      *xml.Decoder
	tests        Tests
	claimed      int     // failures by the header of the root
	claimedBelow int     // and by those of its suites
	seconds      float64 // of the root
	suites       []suite // the open ones
	depth        int
	current      *Case // the open testcase
	class        string
	message      *strings.Builder
}

type suite struct{ file string }

func (r *junitReader) run() error {
	rooted := false
	for {
		tok, err := r.decoder.Token()
		if errors.Is(err, io.EOF) {
			break // encoding/xml has made sure that all elements are closed
		}
		if err != nil {
			return err
		}
		switch t := tok.(type) {
		case xml.StartElement:
			if r.depth == 0 {
				if rooted || (t.Name.Local != "testsuites" && t.Name.Local != "testsuite") {
					return fmt.Errorf("<%s> is not JUnit XML", cut(t.Name.Local, 40))
				}
				rooted = true
				r.seconds = number(attribute(t, "time"))
			}
			if err := r.start(t); err != nil {
				return err
			}
			r.depth++
		case xml.EndElement:
			r.depth--
			r.end(t.Name.Local)
		case xml.CharData:
			if r.message != nil {
				r.message.Write(t)
			} else if r.depth == 0 && len(bytes.TrimSpace(t)) > 0 {
				return errors.New("there is text outside of the XML")
			}
		}
	}
	if !rooted {
		return errors.New("there is no XML in it")
	}
	return nil
}

func (r *junitReader) start(t xml.StartElement) error {
	switch t.Name.Local {
	case "testsuites", "testsuite":
		// The root and the suites right below it both sum up what is inside;
		// deeper ones would count twice.
		failed := headerCount(attribute(t, "failures")) + headerCount(attribute(t, "errors"))
		switch r.depth {
		case 0:
			r.claimed = failed
		case 1:
			r.claimedBelow += failed
		}
		if t.Name.Local == "testsuite" {
			file := attribute(t, "file")
			if name := attribute(t, "name"); file == "" && looksLikeFile(name) {
				file = name
			}
			if file == "" && len(r.suites) > 0 {
				file = r.suites[len(r.suites)-1].file
			}
			r.suites = append(r.suites, suite{oneLine(file)})
		}
	case "testcase":
		if r.current != nil {
			return errors.New("a test stands inside of a test")
		}
		c := Case{Name: oneLine(attribute(t, "name")), Seconds: number(attribute(t, "time")), Status: Passed}
		switch class, file := attribute(t, "classname"), attribute(t, "file"); {
		case file != "":
			c.File = oneLine(file)
		case looksLikeFile(class):
			c.File = oneLine(class)
		case len(r.suites) > 0:
			c.File = r.suites[len(r.suites)-1].file
		}
		r.current, r.class = &c, attribute(t, "classname")
	case "failure", "error":
		if r.current != nil {
			r.current.Status = Failed
			if r.current.Message == "" {
				r.current.Message = oneLine(attribute(t, "message"))
			}
			r.message = &strings.Builder{}
		}
	case "skipped":
		if r.current != nil && r.current.Status == Passed {
			r.current.Status = Skipped
		}
	}
	return nil
}

func (r *junitReader) end(name string) {
	switch name {
	case "testsuite":
		r.suites = r.suites[:len(r.suites)-1]
	case "testcase":
		if r.current != nil && !r.repeats() {
			r.tests.add(*r.current)
			r.tests.Seconds += r.current.Seconds
		}
		r.current = nil
	case "failure", "error":
		if r.current != nil && r.message != nil {
			r.current.Text = strings.TrimSpace(r.current.Text + "\n" + clean(r.message.String()))
			if r.current.Message == "" {
				first, _, _ := strings.Cut(r.current.Text, "\n")
				r.current.Message = oneLine(first)
			}
			r.current.Message = cut(r.current.Message, 500)
		}
		r.message = nil
	}
}

// repeats is true for the second entry that jest-junit writes, under the same
// name, for a file that could not be loaded.
func (r *junitReader) repeats() bool {
	n := len(r.tests.Cases)
	if r.class != "Test suite failed to run" || n == 0 {
		return false
	}
	last := r.tests.Cases[n-1]
	return last.Status == Failed && last.Name == r.current.Name && last.File == r.current.File
}
