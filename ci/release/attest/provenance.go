package attest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/octocode/octocode-ci/ci/release"
)

// Provenance says what an image was built from and by whom. It has no times:
// the same build says the same.
type Provenance struct {
	// Source is the URL of the repository.
	Source string `json:"source,omitempty"`
	// Commit is its full hash.
	Commit string `json:"commit,omitempty"`
	// Builder is the URL of what ran the build, such as a workflow's.
	Builder string `json:"builder,omitempty"`
	// Invocation is the URL of the run, if it has one.
	Invocation string `json:"invocation,omitempty"`
	// Inputs are the arguments of the build. Secrets are named, never given.
	Inputs map[string]string `json:"inputs,omitempty"`
	// Materials are base images and other things that went in: reference to
	// digest, "sha256:…".
	Materials map[string]string `json:"materials,omitempty"`
}

// The inputs that provenance always has.
const sourceInput, commitInput = "source", "commit"

// buildType names the form of the inputs.
const buildType = "https://github.com/octocode/octocode-ci/release/v1"

type slsa struct {
	BuildDefinition struct {
		BuildType            string            `json:"buildType"`
		ExternalParameters   map[string]string `json:"externalParameters"`
		ResolvedDependencies []Resource        `json:"resolvedDependencies"`
	} `json:"buildDefinition"`
	RunDetails struct {
		Builder struct {
			ID string `json:"id"`
		} `json:"builder"`
		Metadata *struct {
			InvocationID string `json:"invocationId"`
		} `json:"metadata,omitempty"`
	} `json:"runDetails"`
}

var fullHash = regexp.MustCompile(`^([0-9a-f]{40}|[0-9a-f]{64})$`)

// Check finds what is missing, or cannot be right.
func (p Provenance) Check() error {
	if p.Source == "" || p.Commit == "" || p.Builder == "" {
		return errors.New("provenance: source, commit and builder are needed")
	}
	if !fullHash.MatchString(p.Commit) {
		return errors.New("provenance: give the whole hash of the commit, 40 or 64 digits, as `git rev-parse HEAD` prints it")
	}
	for _, name := range []string{sourceInput, commitInput} {
		if _, ok := p.Inputs[name]; ok {
			return fmt.Errorf("provenance: the input %s is given by the provenance itself: name yours otherwise", name)
		}
	}
	for _, uri := range slices.Sorted(maps.Keys(p.Materials)) {
		if _, err := digestSet(p.Materials[uri]); err != nil {
			return fmt.Errorf("material %s: %w", uri, err)
		}
	}
	return cmp.Or(release.CheckSource(p.Source), release.CheckURI("URL of the builder", p.Builder), release.CheckURI("URL of the run", p.Invocation))
}

// Statement is the provenance of the image of a digest.
func (p Provenance) Statement(image, digest string) (*Statement, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	var s slsa
	s.BuildDefinition.BuildType = buildType
	s.BuildDefinition.ExternalParameters = map[string]string{sourceInput: p.Source, commitInput: p.Commit}
	maps.Copy(s.BuildDefinition.ExternalParameters, p.Inputs)
	s.BuildDefinition.ResolvedDependencies = []Resource{{
		URI: gitURI(p.Source) + "@" + p.Commit, Digest: map[string]string{gitDigest: p.Commit},
	}}
	for _, uri := range slices.Sorted(maps.Keys(p.Materials)) {
		sums, err := digestSet(p.Materials[uri])
		if err != nil {
			return nil, fmt.Errorf("material %s: %w", uri, err)
		}
		s.BuildDefinition.ResolvedDependencies = append(s.BuildDefinition.ResolvedDependencies, Resource{URI: uri, Digest: sums})
	}
	s.RunDetails.Builder.ID = p.Builder
	if p.Invocation != "" {
		s.RunDetails.Metadata = &struct {
			InvocationID string `json:"invocationId"`
		}{p.Invocation}
	}
	return NewStatement(image, digest, SLSA, s)
}

// gitURI is a repository as SPDX writes it.
func gitURI(source string) string {
	if strings.HasPrefix(source, "git+") {
		return source
	}
	if !strings.Contains(source, "://") {
		// git@example.com:acme/shop is no URI.
		return "git+ssh://" + strings.Replace(source, ":", "/", 1)
	}
	return "git+" + source
}

// gitDigest names the kind of a commit's hash.
const gitDigest = "gitCommit"

// provenanceOf reads what a statement says.
func provenanceOf(s *Statement) (Provenance, error) {
	var read slsa
	if err := json.Unmarshal(s.Predicate, &read); err != nil {
		return Provenance{}, errors.New("it is no SLSA provenance")
	}
	build := read.BuildDefinition
	if build.BuildType != buildType {
		return Provenance{}, fmt.Errorf("it is of another kind of build than %s", buildType)
	}
	inputs := build.ExternalParameters
	p := Provenance{Source: inputs[sourceInput], Commit: inputs[commitInput], Builder: read.RunDetails.Builder.ID}
	if p.Source == "" || p.Commit == "" || p.Builder == "" {
		return p, errors.New("it names no source, commit or builder")
	}
	if !slices.ContainsFunc(build.ResolvedDependencies, func(r Resource) bool {
		return r.URI == gitURI(p.Source)+"@"+p.Commit && r.Digest[gitDigest] == p.Commit
	}) {
		return p, errors.New("what it was built from is not the source and the commit that it names")
	}
	return p, nil
}
