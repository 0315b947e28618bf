package supervise

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// client talks to the supervisors of the other containers.
type client struct {
	key  string
	http *http.Client
}

func newClient(spec Spec, r *resolver) *client {
	return &client{spec.Key, &http.Client{Transport: &http.Transport{DialContext: r.dial, MaxIdleConnsPerHost: 4}}}
}

func (c *client) do(ctx context.Context, method, host, path string, body []byte) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, "http://"+control(host)+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+c.key)
	response, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		defer response.Body.Close()
		text, _ := io.ReadAll(io.LimitReader(response.Body, 1000))
		return nil, fmt.Errorf("%s: %s", host, bytes.TrimSpace(text))
	}
	return response, nil
}

// status asks one container; one that does not answer is Lost.
func (c *client) status(ctx context.Context, host string) Status {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	s := Status{Name: host, State: Lost}
	response, err := c.do(ctx, http.MethodGet, host, "/status", nil)
	if err != nil {
		return s
	}
	defer response.Body.Close()
	if json.NewDecoder(response.Body).Decode(&s) != nil {
		s.State = Lost
	}
	return s
}

// statuses asks several containers at once.
func (c *client) statuses(ctx context.Context, hosts []string) []Status {
	list := make([]Status, len(hosts))
	var work sync.WaitGroup
	for i, host := range hosts {
		work.Go(func() { list[i] = c.status(ctx, host) })
	}
	work.Wait()
	return list
}

// alive are the hosts that have a process, or all when none has.
func (c *client) alive(ctx context.Context, hosts []string) []string {
	var some []string
	for i, s := range c.statuses(ctx, hosts) {
		switch s.State {
		case Starting, Running, Healthy, Unhealthy:
			some = append(some, hosts[i])
		}
	}
	return some
}

// logs copies what a container has printed so far; with follow it goes on until
// ctx ends.
func (c *client) logs(ctx context.Context, host string, follow bool, line func([]byte)) error {
	response, err := c.do(ctx, http.MethodGet, host, "/logs?follow="+strconv.FormatBool(follow), nil)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	lines := bufio.NewReader(response.Body)
	for {
		text, err := lines.ReadBytes('\n')
		if len(text) > 0 {
			line(text)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// exec runs a command in a container, and returns its exit code.
func (c *client) exec(ctx context.Context, host string, argv []string, output io.Writer) (int, error) {
	body, err := json.Marshal(argv)
	if err != nil {
		return 0, err
	}
	response, err := c.do(ctx, http.MethodPost, host, "/exec", body)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	if _, err := io.Copy(output, response.Body); err != nil {
		return 0, err
	}
	code, err := strconv.Atoi(response.Trailer.Get("Exit-Code"))
	if err != nil {
		return 0, fmt.Errorf("%s: the command was cut off", host)
	}
	return code, nil
}

// signal sends a signal to the process of a container.
func (c *client) signal(ctx context.Context, host, name string) error {
	response, err := c.do(ctx, http.MethodPost, host, "/signal?name="+name, nil)
	if err == nil {
		response.Body.Close()
	}
	return err
}
