"""Results of CI and scanners, read from foreign bytes into frozen types."""
