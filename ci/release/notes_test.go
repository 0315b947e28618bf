package release

import (
	"strings"
	"testing"
)

func TestNotes(t *testing.T) {
	commits := ParseLog(strings.Join([]string{
		"aaaaaaaaaa\x1ffeat(api): add search\x1f\n",
		"bbbbbbbbbb\x1ffix: keep sessions\x1fbody\n",
		"cccccccccc\x1ffeat!: drop Node 18\x1f",
		"dddddddddd\x1frefactor: rename\x1fBREAKING CHANGE: the old name is gone",
		"eeeeeeeeee\x1fchore: bump\x1f",
		"ffffffffff\x1fMerge branch 'x'\x1f",
		"0000000000\x1fGive each noun its file\x1f",
		"1111111111\x1fThank @everyone for <img src=x> and [a](http://x)\x1f",
		"2222222222\x1fperf: faster start\x1f",
		"3333333333\x1fodd: unknown type\x1f",
	}, "\x1e\n") + "\x1e\n")
	if len(commits) != 10 {
		t.Fatalf("%d commits", len(commits))
	}
	var w strings.Builder
	if err := (Notes{Version: "2.0.0", Previous: "v1.9.0", URL: "https://example.com/shop", Commits: commits}).Markdown(&w); err != nil {
		t.Fatal(err)
	}
	want := `# 2.0.0

## Breaking changes

- drop Node 18 ([ccccccc](https://example.com/shop/commit/cccccccccc))
- rename ([ddddddd](https://example.com/shop/commit/dddddddddd))

## Features

- **api**: add search ([aaaaaaa](https://example.com/shop/commit/aaaaaaaaaa))

## Fixes

- keep sessions ([bbbbbbb](https://example.com/shop/commit/bbbbbbbbbb))

## Performance

- faster start ([2222222](https://example.com/shop/commit/2222222222))

## Changes

- Give each noun its file ([0000000](https://example.com/shop/commit/0000000000))
- Thank @` + "\u200b" + `everyone for &lt;img src=x&gt; and \[a\](http://x) ([1111111](https://example.com/shop/commit/1111111111))
- unknown type ([3333333](https://example.com/shop/commit/3333333333))

[All changes since v1.9.0](https://example.com/shop/compare/v1.9.0...v2.0.0)
`
	if got := w.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestNotesRefuseACredential(t *testing.T) {
	var w strings.Builder
	if err := (Notes{Version: "1.0.0", URL: "https://ci:s3cret@example.com/shop"}).Markdown(&w); err == nil || !strings.Contains(err.Error(), "leave user, token") || w.Len() > 0 {
		t.Errorf("%q, %v", w.String(), err)
	}
}

func TestNotesOfNothing(t *testing.T) {
	for want, n := range map[string]Notes{
		"# 1.0.0\n": {Version: "1.0.0"},
		"# 1.0.1\n\nNothing that users see has changed since 1.0.0.\n": {Version: "1.0.1", Previous: "1.0.0", Commits: []Commit{{"a", "docs: x", ""}}},
		"# 1.0.1\n\n## Fixes\n\n- x (abc)\n\nAll of it since 1.0.0.\n": {Version: "1.0.1", Previous: "1.0.0", Commits: []Commit{{"abc", "fix: x", ""}}},
	} {
		var w strings.Builder
		if err := n.Markdown(&w); err != nil || w.String() != want {
			t.Errorf("got %q, %v, want %q", w.String(), err, want)
		}
	}
	// The link takes the tags as they are written.
	var w strings.Builder
	plain := Notes{Version: "1.0.1", Tag: "1.0.1", Previous: "1.0.0", URL: "https://example.com/shop", Commits: []Commit{{"abc", "fix: x", ""}}}
	if err := plain.Markdown(&w); err != nil || !strings.Contains(w.String(), "/compare/1.0.0...1.0.1)") {
		t.Errorf("%q, %v", w.String(), err)
	}
}
