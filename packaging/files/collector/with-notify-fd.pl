#!/usr/bin/perl
# Opens the socket on which systemd hears that a service is ready, and becomes the program that is
# named, which can write to it as to a file: Node.js cannot open a socket of that kind.
use strict;
use warnings;
use Fcntl qw(F_GETFL F_SETFL O_NONBLOCK);
use Socket qw(AF_UNIX SOCK_DGRAM pack_sockaddr_un);

# The first three are taken: perl closes what is above when it becomes another program.
$^F = 255;
my $place = delete $ENV{NOTIFY_SOCKET};
my $to_systemd;
if (defined $place) {
	$place =~ s/^@/\0/;
	socket($to_systemd, AF_UNIX, SOCK_DGRAM, 0) or die "with-notify-fd: socket: $!\n";
	connect($to_systemd, pack_sockaddr_un($place)) or die "with-notify-fd: connect: $!\n";
	# A service that waits for a busy systemd would not answer its guests.
	fcntl($to_systemd, F_SETFL, fcntl($to_systemd, F_GETFL, 0) | O_NONBLOCK);
	$ENV{TRIMTAB_NOTIFY_FD} = fileno($to_systemd);
}
exec { $ARGV[0] } @ARGV or die "with-notify-fd: $ARGV[0]: $!\n";
