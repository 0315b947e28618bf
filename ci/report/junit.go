package report

import (
	"encoding/xml"
	"fmt"
	"io"
)

type xmlSuites struct {
	XMLName  xml.Name   `xml:"testsuites"`
	Name     string     `xml:"name,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Errors   int        `xml:"errors,attr"`
	Skipped  int        `xml:"skipped,attr"`
	Time     string     `xml:"time,attr"`
	Suites   []xmlSuite `xml:"testsuite"`
}

type xmlSuite struct {
	Name     string    `xml:"name,attr"`
	Tests    int       `xml:"tests,attr"`
	Failures int       `xml:"failures,attr"`
	Errors   int       `xml:"errors,attr"`
	Skipped  int       `xml:"skipped,attr"`
	Time     string    `xml:"time,attr"`
	Cases    []xmlCase `xml:"testcase"`
}

type xmlCase struct {
	Name    string      `xml:"name,attr"`
	Class   string      `xml:"classname,attr"`
	File    string      `xml:"file,attr,omitempty"`
	Time    string      `xml:"time,attr"`
	Failure *xmlMessage `xml:"failure,omitempty"`
	Skipped *xmlMessage `xml:"skipped,omitempty"`
}

type xmlMessage struct {
	Message string `xml:"message,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// JUnit writes the report as JUnit XML: one suite for each part. A part with
// tests lists them; any other, and one that failed without a failed test, is a
// test itself.
//
//	err := run.JUnit(file)
func (r Run) JUnit(w io.Writer) error {
	doc := xmlSuites{Name: r.title(), Time: xmlTime(r.Seconds), Suites: []xmlSuite{}}
	for _, p := range r.Parts {
		s := p.suite(r.tail())
		doc.Tests += s.Tests
		doc.Failures += s.Failures
		doc.Skipped += s.Skipped
		doc.Suites = append(doc.Suites, s)
	}
	if v := r.Verdict(); !v.Passed && doc.Failures == 0 {
		// Nothing failed because nothing ran. A reader of the XML must not
		// take that for success.
		doc.Tests, doc.Failures = doc.Tests+1, 1
		doc.Suites = append(doc.Suites, xmlSuite{Name: "Verdict", Tests: 1, Failures: 1, Time: xmlTime(0),
			Cases: []xmlCase{{Name: "Verdict", Class: "Verdict", Time: xmlTime(0), Failure: &xmlMessage{Message: v.Reason}}}})
	}
	data, err := xml.MarshalIndent(doc, "", "  ")
	if err != nil {
		return fmt.Errorf("write JUnit XML: %w", err)
	}
	_, err = w.Write(append([]byte(xml.Header), append(data, '\n')...))
	return err
}

func (p Part) suite(tail int) xmlSuite {
	status, reason := p.Outcome()
	s := xmlSuite{Name: p.title(), Time: xmlTime(p.Seconds)}
	add := func(c xmlCase) {
		s.Tests++
		if c.Failure != nil {
			s.Failures++
		}
		if c.Skipped != nil {
			s.Skipped++
		}
		s.Cases = append(s.Cases, c)
	}
	if p.Tests != nil {
		for _, c := range p.Tests.Cases {
			add(c.xml(p.title()))
		}
	}
	if len(s.Cases) > 0 && (status != Failed || s.Failures > 0) {
		return s
	}
	own := xmlCase{Name: p.title(), Class: p.title(), Time: xmlTime(p.Seconds)}
	switch status {
	case Failed:
		text, _, _ := lastLines(p.Output, tail)
		own.Failure = &xmlMessage{Message: oneLine(reason), Text: text}
	case NotDefined, Skipped:
		own.Skipped = &xmlMessage{Message: oneLine(joinDetails(string(status), reason))}
	}
	add(own)
	return s
}

// xml takes the part's title for the class of a test without a file.
func (c Case) xml(title string) xmlCase {
	x := xmlCase{Name: oneLine(c.Name), Class: oneLine(c.File), File: oneLine(c.File), Time: xmlTime(c.Seconds)}
	if x.Class == "" {
		x.Class = title
	}
	switch c.Status {
	case Passed:
	case Skipped:
		x.Skipped = &xmlMessage{Message: oneLine(c.Message)}
	default:
		text, _, _ := lastLines(c.Text, 2*DefaultTail)
		x.Failure = &xmlMessage{Message: oneLine(c.Message), Text: text}
	}
	return x
}

func xmlTime(seconds float64) string { return fmt.Sprintf("%.3f", sane(seconds)) }
