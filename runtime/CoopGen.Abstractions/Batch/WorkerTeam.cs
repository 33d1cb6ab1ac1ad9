namespace CoopGen;

/// <summary>
/// Threads that do the shares of one job again and again. They spin for a moment between jobs, because steps follow each other closely,
/// and sleep when none comes. The caller's thread does the first share.
/// </summary>
internal sealed class WorkerTeam : IDisposable
{
    private const int Spins = 20_000;

    /// <summary>Distance of the flags of two workers, so that they do not share a cache line.</summary>
    private const int Apart = 32;

    private readonly Action<int> _share;
    private readonly AutoResetEvent[] _wake;
    private readonly int[] _asleep;
    private readonly Exception?[] _failures;
    private int _job, _left;
    private volatile bool _ended;

    /// <param name="workers">Number of shares, at least 2.</param>
    /// <param name="share">Does a share.</param>
    public WorkerTeam(int workers, Action<int> share)
    {
        _share = share;
        _failures = new Exception?[workers];
        _wake = [.. Enumerable.Range(0, workers).Select(_ => new AutoResetEvent(false))];
        _asleep = new int[workers * Apart];
        for (var worker = 1; worker < workers; worker++)
        {
            var mine = worker;
            new Thread(() => Work(mine)) { IsBackground = true, Name = $"CoopGen batch {mine}" }.Start();
        }
    }

    /// <summary>Does all shares and returns when all are done.</summary>
    public void Run()
    {
        Volatile.Write(ref _left, _wake.Length - 1);
        Interlocked.Increment(ref _job);
        for (var worker = 1; worker < _wake.Length; worker++)
            if (Volatile.Read(ref _asleep[worker * Apart]) != 0)
                _wake[worker].Set();
        Do(0);
        var spinner = default(SpinWait);
        while (Volatile.Read(ref _left) > 0)
            spinner.SpinOnce(sleep1Threshold: -1);
        for (var worker = 0; worker < _failures.Length; worker++)
        {
            if (_failures[worker] is { } failure)
            {
                Array.Clear(_failures);
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
            }
        }
    }

    public void Dispose()
    {
        _ended = true;
        foreach (var wake in _wake)
            wake.Set();
    }

    private void Do(int worker)
    {
        try
        {
            _share(worker);
        }
        catch (Exception failure)
        {
            _failures[worker] = failure;
        }
    }

    private void Work(int worker)
    {
        var seen = 0;
        while (true)
        {
            for (var spin = 0; spin < Spins && Volatile.Read(ref _job) == seen && !_ended; spin++)
                Thread.SpinWait(1);
            while (Volatile.Read(ref _job) == seen && !_ended)
            {
                // Whoever gives a job after this sees it; whoever gave one before is seen.
                Interlocked.Exchange(ref _asleep[worker * Apart], 1);
                if (Volatile.Read(ref _job) == seen && !_ended)
                    _wake[worker].WaitOne();
                Volatile.Write(ref _asleep[worker * Apart], 0);
            }

            if (_ended)
                return;
            seen = Volatile.Read(ref _job);
            Do(worker);
            Interlocked.Decrement(ref _left);
        }
    }
}
