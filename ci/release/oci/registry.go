package oci

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// Registry is how images get to and from registries. The zero value takes the
// credentials that `docker login` has left, if any.
type Registry struct {
	// User and Password, both or none.
	User, Password string
	// Insecure allows HTTP, and certificates of unknown authorities.
	Insecure bool
	// Stall is how long nothing may come or go before a connection is given up;
	// default half a minute.
	Stall time.Duration
	// FirstWait is the time before the second of five tries, doubled each time;
	// default one second.
	FirstWait time.Duration
	// Log gets a line for each try that failed and is made again.
	Log func(line string)
}

// tries is how often an answer that may change is asked for.
const tries = 5

// Check says what is wrong with the credentials, as far as that can be known
// without the registry.
func (r *Registry) Check() error {
	switch {
	case r.User != "" && r.Password == "":
		return fmt.Errorf("registry: there is no password for the user %s: give both, or none", r.User)
	case r.User == "" && r.Password != "":
		return errors.New("registry: there is a password but no user: give both, or none")
	}
	return nil
}

func (r *Registry) repository(text string) (name.Repository, error) {
	if err := r.Check(); err != nil {
		return name.Repository{}, err
	}
	var options []name.Option
	if r.Insecure {
		options = append(options, name.Insecure)
	}
	repository, err := name.NewRepository(text, options...)
	if err != nil {
		return repository, fmt.Errorf("repository %q: write it as registry.example.com/team/shop, in small letters and without a tag", text)
	}
	return repository, nil
}

// RepositoryName is the name of a repository in full, with its registry.
func RepositoryName(text string) (string, error) {
	repository, err := (&Registry{}).repository(text)
	return repository.Name(), err
}

// CheckRepository says what is wrong with the name of a repository.
func CheckRepository(text string) error {
	_, err := (&Registry{}).repository(text)
	return err
}

func (r *Registry) options(ctx context.Context) []remote.Option {
	return []remote.Option{
		remote.WithContext(ctx), remote.WithAuthFromKeychain(r.keychain()), remote.WithTransport(r.transport()), remote.WithUserAgent("octocode"),
		remote.WithRetryBackoff(r.backoff()), remote.WithRetryStatusCodes(transientCodes...), remote.WithRetryPredicate(r.again(ctx)),
	}
}

// retrying is the transport with what the options of remote say about trying
// again.
func (r *Registry) retrying(ctx context.Context) http.RoundTripper {
	return transport.NewRetry(r.transport(), transport.WithRetryBackoff(r.backoff()),
		transport.WithRetryStatusCodes(transientCodes...), transport.WithRetryPredicate(r.again(ctx)))
}

// keychain gives the credentials.
func (r *Registry) keychain() authn.Keychain {
	if r.User != "" || r.Password != "" {
		return given{&authn.Basic{Username: r.User, Password: r.Password}}
	}
	return authn.DefaultKeychain
}

// given are the same credentials for every registry.
type given struct{ authn.Authenticator }

func (g given) Resolve(authn.Resource) (authn.Authenticator, error) { return g.Authenticator, nil }

func (r *Registry) backoff() remote.Backoff {
	return remote.Backoff{Duration: cmp.Or(r.FirstWait, time.Second), Factor: 2, Jitter: 0.1, Steps: tries}
}

func (r *Registry) again(ctx context.Context) func(error) bool {
	return func(err error) bool {
		again := transient(err) && ctx.Err() == nil
		if again && r.Log != nil {
			r.Log("trying again: " + reason(err))
		}
		return again
	}
}

var transientCodes = []int{
	http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests, http.StatusInternalServerError,
	http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
}

// transient tells whether the same request may succeed a moment later.
func transient(err error) bool {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	if answer := (*transport.Error)(nil); errors.As(err, &answer) {
		for _, code := range transientCodes {
			if answer.StatusCode == code {
				return true
			}
		}
		return false
	}
	for _, known := range []error{io.EOF, io.ErrUnexpectedEOF, syscall.EPIPE, syscall.ECONNRESET, syscall.ECONNREFUSED, net.ErrClosed} {
		if errors.Is(err, known) {
			return true
		}
	}
	if unknown := (*net.DNSError)(nil); errors.As(err, &unknown) {
		return unknown.IsTemporary && !unknown.IsNotFound
	}
	// A registry that restarts says so to HTTP/2; the error has no type of its own.
	if strings.Contains(err.Error(), "server sent GOAWAY") {
		return true
	}
	var network net.Error
	return errors.As(err, &network) && network.Timeout()
}

// explain turns an answer of a registry into one line: what is wrong, and what
// to do.
func (r *Registry) explain(repository name.Repository, err error) error {
	host := repository.RegistryStr()
	if answer := (*transport.Error)(nil); errors.As(err, &answer) {
		switch code := answer.StatusCode; {
		case code == http.StatusUnauthorized && r.User == "" && r.Password == "":
			return fmt.Errorf("registry %s asks for credentials (401): give user name and password", host)
		case code == http.StatusUnauthorized:
			return fmt.Errorf("registry %s refuses the credentials of %q (401): check user name and password", host, r.User)
		case code == http.StatusForbidden:
			return fmt.Errorf("registry %s does not allow this for %s (403): check the account's rights", host, repository.RepositoryStr())
		case code == http.StatusMethodNotAllowed:
			return fmt.Errorf("registry %s is read-only (405)", host)
		case code == http.StatusNotFound:
			return fmt.Errorf("registry %s has no %s of that name (404)", host, repository.RepositoryStr())
		case transient(err):
			return fmt.Errorf("registry %s: %s, after %d tries", host, reason(err), tries)
		}
		return fmt.Errorf("registry %s: %s", host, reason(err))
	}
	// On this machine HTTP is tried too, and the first failure is no reason.
	if repository.Scheme() == "https" && strings.Contains(err.Error(), "server gave HTTP response to HTTPS client") {
		return fmt.Errorf("registry %s speaks HTTP only: give --insecure if that is intended", host)
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("registry %s: %w", host, err)
	}
	return fmt.Errorf("registry %s cannot be reached: %s", host, reason(err))
}

// reason is the heart of an error: not the URLs that it came through.
func reason(err error) string {
	if answer := (*transport.Error)(nil); errors.As(err, &answer) {
		text := fmt.Sprintf("it answers %d %s", answer.StatusCode, http.StatusText(answer.StatusCode))
		if len(answer.Errors) > 0 && answer.Errors[0].Message != "" {
			text += " (" + brief(answer.Errors[0].Message) + ")"
		}
		return text
	}
	if unknown := (*net.DNSError)(nil); errors.As(err, &unknown) {
		return "there is no such host as " + unknown.Name
	}
	for _, known := range []error{syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.EPIPE} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return "it closed the connection"
	}
	last := err
	for next := errors.Unwrap(last); next != nil; next = errors.Unwrap(last) {
		last = next
	}
	return strings.Join(strings.Fields(last.Error()), " ")
}

// Tags lists the tags of a repository; none when it does not exist yet.
func (r *Registry) Tags(ctx context.Context, repository string) ([]string, error) {
	repo, err := r.repository(repository)
	if err != nil {
		return nil, err
	}
	tags, err := remote.List(repo, r.options(ctx)...)
	if answer := (*transport.Error)(nil); errors.As(err, &answer) && answer.StatusCode == http.StatusNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, r.explain(repo, err)
	}
	return tags, nil
}

// CheckPush makes sure that the registry lets us in and takes something, before
// anything is built for it.
func (r *Registry) CheckPush(ctx context.Context, repository string) error {
	repo, err := r.repository(repository)
	if err != nil {
		return err
	}
	if err := remote.CheckPushPermission(repo.Tag("latest"), r.keychain(), r.retrying(ctx)); err != nil {
		return r.explain(repo, err)
	}
	return nil
}
