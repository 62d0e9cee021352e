"""richards.lua in Python: a class for each kind of task, whose method `step` is in the place of the function in a
field; bits are toggled by `^`.
"""

from __future__ import annotations

IDLER, WORKER, HANDLER_A, HANDLER_B, DEVICE_A, DEVICE_B = 1, 2, 3, 4, 5, 6
DEVICE_KIND, WORK_KIND = 0, 1
DATA_SIZE = 4


class Packet:
    def __init__(self, link: Packet | None, identity: int, kind: int) -> None:
        self.link = link
        self.identity = identity
        self.kind = kind
        self.datum = 1
        self.data = [0] * DATA_SIZE


def append(packet: Packet, queue: Packet | None) -> Packet:
    packet.link = None
    if queue is None:
        return packet
    last = queue
    while last.link is not None:
        last = last.link
    last.link = packet
    return queue


class Scheduler:
    def __init__(self) -> None:
        self.list: Task | None = None
        self.current: Task | None = None
        self.tasks: dict[int, Task] = {}
        self.queued = 0
        self.held = 0

    def hold(self, task: Task) -> Task | None:
        self.held += 1
        task.holding = True
        return task.link

    def wait(self, task: Task) -> Task:
        task.waiting = True
        return task

    def release(self, identity: int, running: Task) -> Task:
        task = self.tasks[identity]
        task.holding = False
        if task.priority > running.priority:
            return task
        return running

    def send(self, packet: Packet, running: Task) -> Task:
        receiver = self.tasks[packet.identity]
        self.queued += 1
        packet.link = None
        packet.identity = running.identity
        return receiver.add_input(packet, running)

    def run(self) -> None:
        self.current = self.list
        while self.current is not None:
            if self.current.holds_or_waits():
                self.current = self.current.link
            else:
                self.current = self.current.run()


class Task:
    def __init__(
        self, scheduler: Scheduler, identity: int, priority: int, packets: Packet | None, waiting: bool
    ) -> None:
        self.scheduler = scheduler
        self.link = scheduler.list
        self.identity = identity
        self.priority = priority
        self.input = packets
        self.set(packets is not None, waiting, False)
        scheduler.list = self
        scheduler.tasks[identity] = self

    def step(self, packet: Packet | None) -> Task | None:
        raise NotImplementedError  # each kind has its own

    def holds_or_waits(self) -> bool:
        return self.holding or (self.waiting and not self.pending)

    def set(self, pending: bool, waiting: bool, holding: bool) -> None:
        self.pending, self.waiting, self.holding = pending, waiting, holding

    def add_input(self, packet: Packet, running: Task) -> Task:
        if self.input is None:
            self.input = packet
            self.pending = True
            if self.priority > running.priority:
                return self
        else:
            append(packet, self.input)
        return running

    def run(self) -> Task | None:
        packet = None
        if self.pending and self.waiting and not self.holding:
            packet = self.input
            assert packet is not None
            self.input = packet.link
            self.set(self.input is not None, False, False)
        return self.step(packet)


class Idler(Task):
    control = 1
    count = 10000

    def step(self, packet: Packet | None) -> Task | None:
        self.count -= 1
        if self.count == 0:
            return self.scheduler.hold(self)
        half = self.control >> 1
        if self.control & 1 == 0:
            self.control = half
            return self.scheduler.release(DEVICE_A, self)
        self.control = (half + 32768) ^ 16384 ^ 4096 ^ 8
        return self.scheduler.release(DEVICE_B, self)


class Worker(Task):
    destination = HANDLER_A
    letter = 0

    def step(self, packet: Packet | None) -> Task | None:
        if packet is None:
            return self.scheduler.wait(self)
        self.destination = HANDLER_A + HANDLER_B - self.destination
        packet.identity = self.destination
        packet.datum = 1
        for i in range(DATA_SIZE):
            self.letter = self.letter % 26 + 1
            packet.data[i] = 64 + self.letter
        return self.scheduler.send(packet, self)


class Handler(Task):
    work: Packet | None = None
    device: Packet | None = None

    def step(self, packet: Packet | None) -> Task | None:
        if packet is not None:
            if packet.kind == WORK_KIND:
                self.work = append(packet, self.work)
            else:
                self.device = append(packet, self.device)
        work = self.work
        if work is not None:
            place = work.datum
            if place > DATA_SIZE:
                self.work = work.link
                return self.scheduler.send(work, self)
            device = self.device
            if device is not None:
                self.device = device.link
                device.datum = work.data[place - 1]
                work.datum = place + 1
                return self.scheduler.send(device, self)
        return self.scheduler.wait(self)


class Device(Task):
    pending_packet: Packet | None = None

    def step(self, packet: Packet | None) -> Task | None:
        if packet is not None:
            self.pending_packet = packet
            return self.scheduler.hold(self)
        packet = self.pending_packet
        if packet is None:
            return self.scheduler.wait(self)
        self.pending_packet = None
        return self.scheduler.send(packet, self)


def packets(count: int, identity: int, kind: int) -> Packet | None:
    queue = None
    for _ in range(count):
        queue = Packet(queue, identity, kind)
    return queue


def simulate() -> str:
    scheduler = Scheduler()
    Idler(scheduler, IDLER, 0, None, False)
    Worker(scheduler, WORKER, 1000, packets(2, WORKER, WORK_KIND), True)
    Handler(scheduler, HANDLER_A, 2000, packets(3, DEVICE_A, DEVICE_KIND), True)
    Handler(scheduler, HANDLER_B, 3000, packets(3, DEVICE_B, DEVICE_KIND), True)
    Device(scheduler, DEVICE_A, 4000, None, True)
    Device(scheduler, DEVICE_B, 5000, None, True)
    scheduler.run()
    return f"{scheduler.queued} {scheduler.held}"


def run() -> str:
    value = simulate()
    if value != "23246 9297":
        raise ValueError(f"richards: {value}")
    return value
