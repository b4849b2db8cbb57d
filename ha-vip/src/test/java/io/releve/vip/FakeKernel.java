package io.releve.vip;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One interface, eth0, in the network 192.0.2.0/24, as seen through the commands of iproute2. */
final class FakeKernel implements ExternalCommand {

    /** Address with prefix, and the arguments that it was last given. */
    final Map<String, String> addresses = new TreeMap<>();

    /** Every command that changed an address, as soon as it has. */
    final LinkedBlockingQueue<String> changes = new LinkedBlockingQueue<>();

    volatile String flags = "\"BROADCAST\",\"UP\",\"LOWER_UP\"";
    volatile boolean present = true;
    volatile String refusal = "";
    volatile boolean installed = true;

    volatile boolean routeCacheFlushed;

    /** What happens while the next change is under way. */
    volatile Runnable meanwhile = () -> {};

    @Override
    public synchronized Result run(List<String> command, Duration limit) throws ProgramMissingException {
        if (!installed) {
            throw new ProgramMissingException("there is no program 'ip' in /usr/sbin");
        }
        List<String> arguments = new ArrayList<>(command.subList(1, command.size()));
        if (!command.get(0).equals("ip")) {
            throw new AssertionError("not a command of iproute2: " + command);
        }
        if (arguments.remove("-j")) {
            return arguments.contains("route") ? route() : show(arguments);
        }
        if (arguments.contains("flush")) {
            routeCacheFlushed = true;
            return new Result(0, "", "");
        }
        Runnable event = meanwhile;
        meanwhile = () -> {};
        event.run();
        return change(arguments);
    }

    /** Waits for a change that contains the given words. */
    String awaitChange(String words) throws InterruptedException {
        while (true) {
            String change = changes.poll(5, TimeUnit.SECONDS);
            if (change == null) {
                throw new AssertionError("no '" + words + "' within 5 s");
            }
            if (change.contains(words)) {
                return change;
            }
        }
    }

    private Result show(List<String> arguments) {
        String only = arguments.contains("to") ? arguments.get(arguments.indexOf("to") + 1) + "/" : "";
        if (!present) {
            return only.isEmpty() ? new Result(1, "", "Device \"eth0\" does not exist.") : new Result(0, "[]", "");
        }
        StringBuilder shown = new StringBuilder("{}");
        for (String address : addresses.keySet()) {
            if (address.startsWith(only)) {
                String[] parts = address.split("/", -1);
                shown.append(",{\"local\":\"%s\",\"prefixlen\":%s}".formatted(parts[0], parts[1]));
            }
        }
        return new Result(
                0,
                "[{},{\"ifindex\":2,\"ifname\":\"eth0\",\"flags\":[%s],\"link_type\":\"ether\",\"address\":\"02:00:00:00:00:01\",\"addr_info\":[%s]}]"
                        .formatted(flags, shown),
                "");
    }

    private Result route() {
        return new Result(0, present ? "[{\"dst\":\"192.0.2.0/24\",\"dev\":\"eth0\"}]" : "[]", "");
    }

    private Result change(List<String> arguments) {
        if (!refusal.isEmpty()) {
            return new Result(2, "", refusal);
        }
        if (!present) {
            return new Result(1, "", "Cannot find device \"eth0\"");
        }
        String address = arguments.get(2);
        String words = String.join(" ", arguments);
        if (arguments.get(1).equals("replace")) {
            addresses.put(address, words);
        } else if (addresses.remove(address) == null) {
            return new Result(2, "", "Error: ipv4: Address not found.");
        }
        changes.add(words);
        return new Result(0, "", "");
    }
}
