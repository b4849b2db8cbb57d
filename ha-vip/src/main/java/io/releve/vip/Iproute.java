package io.releve.vip;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.releve.vip.IprouteException.Cause;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The few commands of iproute2 that a virtual IP needs. Every argument has been checked; no shell is involved. */
final class Iproute {

    private final ExternalCommand runner;
    private final List<String> changer;

    /**
     * Runs iproute2.
     *
     * @param changer what stands for {@code ip} in a command that changes something; looking needs no rights
     */
    Iproute(ExternalCommand runner, List<String> changer) {
        this.runner = runner;
        this.changer = changer;
    }

    /** The interface with all its addresses. */
    NetworkLink link(String nic, Duration limit) throws IprouteException, InterruptedException {
        List<NetworkLink> links = links(run(limit, "-j", "addr", "show", "dev", nic));
        if (links.isEmpty()) {
            throw new IprouteException(Cause.NO_DEVICE, "the interface " + nic + " does not exist");
        }
        return links.get(0);
    }

    /** The interfaces that hold the address; of their addresses, only this one. */
    List<NetworkLink> holders(InetAddress address, Duration limit) throws IprouteException, InterruptedException {
        return links(run(limit, "-j", "addr", "show", "to", address.getHostAddress())).stream()
                .filter(link -> !link.holding(address).isEmpty())
                .toList();
    }

    /** The interface that is connected to the address's network. */
    Optional<String> connectedInterface(InetAddress address, Duration limit)
            throws IprouteException, InterruptedException {
        String json = run(limit, "-j", family(address), "route", "show", "match", address.getHostAddress());
        try {
            return IprouteJson.connectedInterface(json);
        } catch (JsonProcessingException e) {
            throw unreadable(e);
        }
    }

    /** Puts the address on the interface, or gives the one that is there a new lifetime. */
    void replace(VirtualIpSettings settings, String nic, Lifetime lifetime, Duration limit)
            throws IprouteException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("addr", "replace", settings.toString(), "dev", nic));
        settings.label().ifPresent(label -> arguments.addAll(List.of("label", nic + ":" + label)));
        if (!(settings.address() instanceof Inet4Address)) {
            // Duplicate address detection would keep the address unusable for one to two seconds.
            arguments.add("nodad");
        }
        if (settings.flags().noPrefixRoute()) {
            arguments.add("noprefixroute");
        }
        String preferred = settings.flags().source() ? lifetime.text() : "0";
        arguments.addAll(List.of("valid_lft", lifetime.text(), "preferred_lft", preferred));
        change(limit, arguments.toArray(new String[0]));
    }

    /** Takes an address off the interface; one that is not there is no error. */
    void delete(NetworkLink.Assigned address, String nic, Duration limit)
            throws IprouteException, InterruptedException {
        try {
            change(limit, "addr", "del", address.toString(), "dev", nic);
        } catch (IprouteException e) {
            if (e.why() != Cause.NO_ADDRESS && e.why() != Cause.NO_DEVICE) {
                throw e;
            }
        }
    }

    /** Forgets what the kernel has cached of routes. */
    void flushRouteCache(InetAddress address, Duration limit) throws IprouteException, InterruptedException {
        change(limit, family(address), "route", "flush", "cache");
    }

    private static List<NetworkLink> links(String json) throws IprouteException {
        try {
            return IprouteJson.links(json);
        } catch (JsonProcessingException e) {
            throw unreadable(e);
        }
    }

    private String run(Duration limit, String... arguments) throws IprouteException, InterruptedException {
        return run(List.of("ip"), limit, arguments);
    }

    private void change(Duration limit, String... arguments) throws IprouteException, InterruptedException {
        run(changer, limit, arguments);
    }

    private String run(List<String> program, Duration limit, String... arguments)
            throws IprouteException, InterruptedException {
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of(arguments));
        ExternalCommand.Result result;
        try {
            result = runner.run(command, limit);
        } catch (ExternalCommand.ProgramMissingException e) {
            throw new IprouteException(Cause.NOT_INSTALLED, e.getMessage() + ": install the package iproute2");
        } catch (IOException e) {
            throw new IprouteException(
                    Cause.OTHER, "'" + String.join(" ", command) + "' could not be run: " + e.getMessage());
        }
        if (result.exitCode() != 0) {
            throw failure(String.join(" ", command), result);
        }
        return result.output();
    }

    /** Tells failures apart by iproute2's words: its exit status says only whether the kernel had its part in it. */
    private static IprouteException failure(String command, ExternalCommand.Result result) {
        String said = result.error().isEmpty() ? "exit status " + result.exitCode() : result.error();
        String words = said.toLowerCase(Locale.ROOT);
        String what = "'" + command + "' failed: " + said;
        if (words.contains("does not exist")
                || words.contains("cannot find device")
                || words.contains("no such device")) {
            return new IprouteException(Cause.NO_DEVICE, what);
        }
        if (words.contains("address not found") || words.contains("cannot assign requested address")) {
            return new IprouteException(Cause.NO_ADDRESS, what);
        }
        if (words.contains("operation not permitted")) {
            return new IprouteException(
                    Cause.NO_PERMISSION,
                    what + ". Changing addresses needs the capability CAP_NET_ADMIN: give it to the service"
                            + " (systemd: AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW), run it as root, or name a command"
                            + " that has the right (VirtualIpAgent.factory(\"sudo\", \"-n\", \"/usr/sbin/ip\"))");
        }
        if (words.contains("unrecognized option") || words.contains("is unknown, try")) {
            return new IprouteException(
                    Cause.NOT_INSTALLED,
                    what + ". This 'ip' prints no JSON: install the package iproute2 (4.14 or newer)");
        }
        if (words.contains("permission denied") || words.contains("ipv6 is disabled")) {
            return new IprouteException(
                    Cause.OTHER,
                    what + ". IPv6 seems to be switched off on the interface: set the sysctl"
                            + " net.ipv6.conf.all.disable_ipv6 and that of the interface to 0");
        }
        return new IprouteException(Cause.OTHER, what);
    }

    private static IprouteException unreadable(JsonProcessingException e) {
        return new IprouteException(
                Cause.NOT_INSTALLED,
                "'ip -j' printed no JSON (" + e.getOriginalMessage()
                        + "): install the package iproute2 (4.14 or newer)");
    }

    private static String family(InetAddress address) {
        return address instanceof Inet4Address ? "-4" : "-6";
    }
}
