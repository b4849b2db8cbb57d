package io.releve.lab.vip;

/** What is done to whoever has the address. */
enum Trial {
    /** An operator wants the address elsewhere. keepalived is told by its end, in good order, which its peers are told of. */
    MOVE(1, "planned move", Setup.ANY),
    /** SIGKILL to what keeps the address, and to nothing else. */
    KILL(2, "what keeps the address killed, its host alive", Setup.APART),
    /** SIGSTOP to the same, SIGCONT later. */
    FREEZE(3, "what keeps the address frozen 6 s, its host alive", Setup.APART),
    /** The network, all processes and the kernel's addresses at once. */
    POWER_OFF(4, "host: power off", Setup.APART),
    /** The same on the host of the controller and of ZooKeeper's leader. */
    POWER_OFF_OF_ALL(5, "host of address, controller and ZooKeeper's leader: power off", Setup.TOGETHER),
    /** A thousand moves in a row, and back to where it all began. */
    MANY_MOVES(6, "1,000 planned moves in a row", Setup.ANY);

    /** Which parts the holder's host plays besides. */
    enum Setup {
        ANY,
        APART,
        TOGETHER
    }

    private final int number;
    private final String text;
    private final Setup setup;

    Trial(int number, String text, Setup setup) {
        this.number = number;
        this.text = text;
        this.setup = setup;
    }

    /** Its place in the table. */
    int number() {
        return number;
    }

    Setup setup() {
        return setup;
    }

    @Override
    public String toString() {
        return text;
    }
}
