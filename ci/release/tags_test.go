package release

import (
	"strings"
	"testing"
)

const commit = "4bd8dfb0c1e2a3948576a1b2c3d4e5f601234567"

func TestTags(t *testing.T) {
	long := strings.Repeat("a", 300)
	tests := map[string]struct {
		origin Origin
		want   string
	}{
		// Versions.
		"first release":           {Origin{Version: "1.2.3"}, "1.2.3 1.2 1 latest"},
		"with v":                  {Origin{Version: "v1.2.3"}, "1.2.3 1.2 1 latest"},
		"with commit":             {Origin{Version: "1.2.3", Commit: commit}, "1.2.3 1.2 1 latest sha-4bd8dfb0c1e2"},
		"again":                   {Origin{Version: "1.2.3", Released: []string{"1.2.3", "latest", "1.2"}}, "1.2.3 1.2 1 latest"},
		"newer patch exists":      {Origin{Version: "1.2.3", Released: []string{"1.2.4"}}, "1.2.3"},
		"newer minor exists":      {Origin{Version: "1.2.3", Released: []string{"1.3.0"}}, "1.2.3 1.2"},
		"newer major exists":      {Origin{Version: "1.2.3", Released: []string{"v2.0.0"}}, "1.2.3 1.2 1"},
		"ten is above nine":       {Origin{Version: "1.9.0", Released: []string{"1.10.0"}}, "1.9.0 1.9"},
		"newer prerelease exists": {Origin{Version: "1.2.3", Released: []string{"2.0.0-rc.1"}}, "1.2.3 1.2 1 latest"},
		"older ones exist":        {Origin{Version: "2.0.0", Released: []string{"1.9.9", "v1.0.0"}}, "2.0.0 2.0 2 latest"},
		"other tags are none":     {Origin{Version: "1.0.0", Released: []string{"9", "9.9", "sha-99", "main", ""}}, "1.0.0 1.0 1 latest"},
		"prerelease":              {Origin{Version: "2.0.0-rc.1"}, "2.0.0-rc.1"},
		"prerelease with v":       {Origin{Version: "v2.0.0-beta"}, "2.0.0-beta"},
		"zero major":              {Origin{Version: "0.4.1"}, "0.4.1 0.4 latest"},
		"zero all":                {Origin{Version: "0.0.0"}, "0.0.0 0.0 latest"},
		"build metadata":          {Origin{Version: "1.2.3+build.5"}, "1.2.3_build.5 1.2 1 latest"},
		"newer one has metadata":  {Origin{Version: "1.2.3", Released: []string{"1.3.0_build.5"}}, "1.2.3 1.2"},
		"newer tag has metadata":  {Origin{Version: "1.2.3", Released: []string{"v1.3.0+build.5"}}, "1.2.3 1.2"},
		"version of a branch":     {Origin{Version: "1.0.0", Branch: "release/1.x"}, "1.0.0 1.0 1 latest release-1.x-81caa6e9"},
		// Branches.
		"main":                      {Origin{Branch: "main"}, "main"},
		"reference":                 {Origin{Branch: "refs/heads/main"}, "main"},
		"with its commit":           {Origin{Branch: "main", Commit: commit}, "main sha-4bd8dfb0c1e2"},
		"slash":                     {Origin{Branch: "feature/login"}, "feature-login-df7c7aeb"},
		"what the slash becomes":    {Origin{Branch: "feature-login"}, "feature-login"},
		"imitates a hash":           {Origin{Branch: "feature-login-df7c7aeb"}, "feature-login-df7c7aeb-"},
		"capitals are kept":         {Origin{Branch: "Feature_1.x"}, "Feature_1.x"},
		"imitates main":             {Origin{Branch: "main!"}, "main-516dbe90"},
		"called latest":             {Origin{Branch: "latest"}, "branch-latest-5e1e2bca"},
		"called Latest":             {Origin{Branch: "Latest"}, "branch-Latest-8730d3c2"},
		"latest behind a sign":      {Origin{Branch: "(latest)"}, "branch-latest-021a734d"},
		"called like a version":     {Origin{Branch: "1.2.3"}, "branch-1.2.3-"},
		"called like a series":      {Origin{Branch: "v1"}, "branch-v1-"},
		"called like a commit":      {Origin{Branch: "sha-4bd8dfb0c1e2"}, "branch-sha-4bd8dfb0c1e2-30e6e6e0"},
		"called like a request":     {Origin{Branch: "pr-7"}, "branch-pr-7-c1cec5c4"},
		"called like a referrer":    {Origin{Branch: "sha256-" + long[:64]}, "branch-sha256-" + long[:64] + "-"},
		"shell: substitution":       {Origin{Branch: "$(reboot)"}, "reboot-"},
		"shell: backticks":          {Origin{Branch: "`id`;rm"}, "id-rm-"},
		"shell: pipe and quote":     {Origin{Branch: `a'b"c|d&e`}, "a-b-c-d-e-"},
		"workflow expression":       {Origin{Branch: "${{github.token}}"}, "github.token-"},
		"letters of other scripts":  {Origin{Branch: "größe"}, "gr-e-"},
		"only letters of others":    {Origin{Branch: "日本"}, "branch-"},
		"only signs":                {Origin{Branch: "%%%"}, "branch-"},
		"markup":                    {Origin{Branch: "<script>alert(1)</script>"}, "script-alert-1-script-"},
		"reference with a digest":   {Origin{Branch: "a@sha256"}, "a-sha256-"},
		"128 characters":            {Origin{Branch: long[:128]}, long[:128]},
		"129 characters":            {Origin{Branch: long[:129]}, long[:119] + "-"},
		"300 characters":            {Origin{Branch: long}, long[:119] + "-"},
		"dependency robot":          {Origin{Branch: "dependabot/npm_and_yarn/next-16.4.6"}, "dependabot-npm_and_yarn-next-16.4.6-"},
		"digits that are a version": {Origin{Branch: "2026-release"}, "branch-2026-release-"},
		// Pull requests and commits.
		"pull request":                 {Origin{PullRequest: 7}, "pr-7"},
		"pull request and commit":      {Origin{PullRequest: 7, Commit: commit}, "pr-7 sha-4bd8dfb0c1e2"},
		"pull request of a fork":       {Origin{PullRequest: 7, Branch: "main"}, "pr-7"},
		"pull request of a bad branch": {Origin{PullRequest: 7, Branch: "a..b"}, "pr-7"},
		"commit":                       {Origin{Commit: commit}, "sha-4bd8dfb0c1e2"},
		"commit in capitals":           {Origin{Commit: strings.ToUpper(commit)}, "sha-4bd8dfb0c1e2"},
		"abbreviated commit":           {Origin{Commit: "4bd8dfb"}, "sha-4bd8dfb"},
		"sha-256 commit":               {Origin{Commit: strings.Repeat("ab", 32)}, "sha-abababababab"},
	}
	seen := map[string]string{}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			tags, err := Tags(test.origin)
			got := strings.Join(tags, " ")
			// A want that ends in "-" leaves the hash open.
			if strings.HasSuffix(test.want, "-") {
				if len(got) == len(test.want)+8 {
					got = got[:len(test.want)]
				}
			}
			if err != nil || got != test.want {
				t.Errorf("got %q, %v, want %q", got, err, test.want)
			}
			for _, tag := range tags {
				if err := CheckTag(tag); err != nil {
					t.Error(err)
				}
			}
			if o := test.origin; o.Branch != "" && o.Version == "" && o.PullRequest == 0 && o.Branch != "refs/heads/main" && o.Commit == "" {
				if other, ok := seen[tags[0]]; ok {
					t.Errorf("the branches %s and %s share the tag %s", o.Branch, other, tags[0])
				}
				seen[tags[0]] = o.Branch
			}
		})
	}
}

func TestTagsRefuse(t *testing.T) {
	tests := map[string]struct {
		origin Origin
		want   string
	}{
		"nothing":                {Origin{}, "nothing to derive a tag from"},
		"tag as version":         {Origin{Version: "1.2.3_build.5"}, "no semantic version"},
		"two numbers":            {Origin{Version: "1.2"}, `version "1.2": it is no semantic version`},
		"words":                  {Origin{Version: "latest"}, "no semantic version"},
		"leading zero":           {Origin{Version: "1.02.3"}, "no semantic version"},
		"version with a newline": {Origin{Version: "1.2.3\nlatest"}, "no semantic version"},
		"version with a command": {Origin{Version: "1.2.3;id"}, "no semantic version"},
		"two v":                  {Origin{Version: "vv1.2.3"}, "no semantic version"},
		"too long":               {Origin{Version: "1.2.3-" + strings.Repeat("a", 130)}, "at most 128 characters"},
		"commit of words":        {Origin{Commit: "HEAD"}, "7 to 64 hexadecimal digits"},
		"short commit":           {Origin{Commit: "4bd8df"}, "7 to 64 hexadecimal digits"},
		"commit with an option":  {Origin{Commit: "--upload-pack=id"}, "7 to 64 hexadecimal digits"},
		"negative pull request":  {Origin{PullRequest: -1}, "a number above 0"},
		"version and request":    {Origin{PullRequest: 1, Version: "1.0.0"}, "a pull request is no release"},
		"tag as branch":          {Origin{Branch: "refs/tags/v1"}, "a tag is given as version"},
		"request as branch":      {Origin{Branch: "refs/pull/7/merge"}, "a pull request by its number"},
		"empty reference":        {Origin{Branch: "refs/heads/"}, "no branch of such a name"},
		"two dots":               {Origin{Branch: "a..b"}, "no branch of such a name"},
		"climbs":                 {Origin{Branch: "../../etc"}, "no branch of such a name"},
		"newline":                {Origin{Branch: "main\nlatest"}, `branch "main\nlatest"`},
		"nul":                    {Origin{Branch: "a\x00b"}, "no branch of such a name"},
		"space":                  {Origin{Branch: "my branch"}, "no branch of such a name"},
		"escape sequence":        {Origin{Branch: "\x1b[31mred"}, "no branch of such a name"},
		"option":                 {Origin{Branch: "--force"}, "no branch of such a name"},
		"bytes that are no text": {Origin{Branch: "\xff\xfe"}, "no branch of such a name"},
		"reflog":                 {Origin{Branch: "main@{1}"}, "no branch of such a name"},
		"lock file":              {Origin{Branch: "main.lock"}, "no branch of such a name"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			tags, err := Tags(test.origin)
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %q, %v, want one line with %q", tags, err, test.want)
			}
		})
	}
}

// Full versions are released once, those with build metadata among them.
func TestFixedTags(t *testing.T) {
	tags := []string{"1.2.3_build.5", "1.2.3", "2.0.0-rc.1", "1.2", "1", "latest", "main", "sha-4bd8dfb0c1e2", "branch-1.2.3-4bd8dfb0"}
	if got := strings.Join(FixedTags(tags), " "); got != "1.2.3_build.5 1.2.3 2.0.0-rc.1" {
		t.Errorf("got %q", got)
	}
}

func TestCheckTag(t *testing.T) {
	for tag, ok := range map[string]bool{"1.2.3": true, "_x": true, "": false, ".x": false, "-x": false, "a/b": false, "a b": false, strings.Repeat("a", 129): false} {
		if err := CheckTag(tag); (err == nil) != ok {
			t.Errorf("%q: %v", tag, err)
		}
	}
}
