module dagger/octocode

go 1.26.0
