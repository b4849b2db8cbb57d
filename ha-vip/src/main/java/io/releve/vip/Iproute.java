package io.releve.vip;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.releve.vip.AddressException.Cause;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** By the few commands of iproute2 that a virtual IP needs. Every argument has been checked; no shell is involved. */
final class Iproute implements Addresses {

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

    @Override
    public NetworkLink link(String nic, Duration limit) throws AddressException, InterruptedException {
        List<NetworkLink> links = links(run(limit, "-j", "addr", "show", "dev", nic));
        if (links.isEmpty()) {
            throw new AddressException(Cause.NO_DEVICE, "the interface " + nic + " does not exist");
        }
        return links.get(0);
    }

    @Override
    public List<NetworkLink> holders(InetAddress address, Duration limit)
            throws AddressException, InterruptedException {
        return links(run(limit, "-j", "addr", "show", "to", address.getHostAddress())).stream()
                .filter(link -> !link.holding(address).isEmpty())
                .toList();
    }

    @Override
    public Optional<String> connectedInterface(InetAddress address, Duration limit)
            throws AddressException, InterruptedException {
        String json = run(limit, "-j", family(address), "route", "show", "match", address.getHostAddress());
        try {
            return IprouteJson.connectedInterface(json);
        } catch (JsonProcessingException e) {
            throw unreadable(e);
        }
    }

    @Override
    public void replace(VirtualIpSettings settings, String nic, Lifetime lifetime, Duration limit)
            throws AddressException, InterruptedException {
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

    @Override
    public void delete(NetworkLink.Assigned address, String nic, Duration limit)
            throws AddressException, InterruptedException {
        try {
            change(limit, "addr", "del", address.toString(), "dev", nic);
        } catch (AddressException e) {
            if (e.why() != Cause.NO_ADDRESS && e.why() != Cause.NO_DEVICE) {
                throw e;
            }
        }
    }

    @Override
    public void flushRouteCache(InetAddress address, Duration limit) throws AddressException, InterruptedException {
        change(limit, family(address), "route", "flush", "cache");
    }

    private static List<NetworkLink> links(String json) throws AddressException {
        try {
            return IprouteJson.links(json);
        } catch (JsonProcessingException e) {
            throw unreadable(e);
        }
    }

    private String run(Duration limit, String... arguments) throws AddressException, InterruptedException {
        return run(List.of("ip"), limit, arguments);
    }

    private void change(Duration limit, String... arguments) throws AddressException, InterruptedException {
        run(changer, limit, arguments);
    }

    private String run(List<String> program, Duration limit, String... arguments)
            throws AddressException, InterruptedException {
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of(arguments));
        ExternalCommand.Result result;
        try {
            result = runner.run(command, limit);
        } catch (ExternalCommand.ProgramMissingException e) {
            throw new AddressException(Cause.NOT_INSTALLED, e.getMessage() + ": install the package iproute2");
        } catch (IOException e) {
            throw new AddressException(
                    Cause.OTHER, "'" + String.join(" ", command) + "' could not be run: " + e.getMessage());
        }
        if (result.exitCode() != 0) {
            throw failure(String.join(" ", command), result);
        }
        return result.output();
    }

    /** Tells failures apart by iproute2's words: its exit status says only whether the kernel had its part in it. */
    private static AddressException failure(String command, ExternalCommand.Result result) {
        String said = result.error().isEmpty() ? "exit status " + result.exitCode() : result.error();
        String words = said.toLowerCase(Locale.ROOT);
        String what = "'" + command + "' failed: " + said;
        if (words.contains("does not exist")
                || words.contains("cannot find device")
                || words.contains("no such device")) {
            return new AddressException(Cause.NO_DEVICE, what);
        }
        if (words.contains("address not found") || words.contains("cannot assign requested address")) {
            return new AddressException(Cause.NO_ADDRESS, what);
        }
        if (words.contains("operation not permitted")) {
            return AddressException.noPermission(what);
        }
        if (words.contains("unrecognized option") || words.contains("is unknown, try")) {
            return new AddressException(
                    Cause.NOT_INSTALLED,
                    what + ". This 'ip' prints no JSON: install the package iproute2 (4.14 or newer)");
        }
        if (words.contains("permission denied") || words.contains("ipv6 is disabled")) {
            return AddressException.withoutIpv6(what);
        }
        return new AddressException(Cause.OTHER, what);
    }

    private static AddressException unreadable(JsonProcessingException e) {
        return new AddressException(
                Cause.NOT_INSTALLED,
                "'ip -j' printed no JSON (" + e.getOriginalMessage()
                        + "): install the package iproute2 (4.14 or newer)");
    }

    private static String family(InetAddress address) {
        return address instanceof Inet4Address ? "-4" : "-6";
    }
}
