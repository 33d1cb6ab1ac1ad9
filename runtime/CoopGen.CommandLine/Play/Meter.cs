using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace CoopGen.Cli;

/// <summary>Counts steps as they are played and shows progress on standard error: a bar to who watches, else a line now and then.</summary>
internal sealed class Meter
{
    private static readonly TimeSpan _every = TimeSpan.FromSeconds(5);

    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly double _whole;
    private long _steps, _share;

    private Meter(double whole) => _whole = whole;

    /// <summary>Steps played.</summary>
    public long Steps => Volatile.Read(ref _steps);

    /// <summary>What else there is to say, such as <c>return 120</c>; shown with the progress.</summary>
    public string Note { get; set; } = "";

    /// <summary>Told the steps played whenever some are counted, on the thread that played them.</summary>
    public Action<long>? Counted { get; set; }

    /// <summary>How fast, so far.</summary>
    public string Rate => (Steps / Math.Max(Elapsed.TotalSeconds, 1e-3)) switch
    {
        >= 1e6 and var rate => string.Create(CultureInfo.InvariantCulture, $"{rate / 1e6:0.0} million steps/s"),
        var rate => string.Create(CultureInfo.InvariantCulture, $"{rate:N0} steps/s"),
    };

    /// <summary>Time since the start.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    private double Done => Math.Clamp(Volatile.Read(ref _share) / _whole, 0, 1);

    /// <summary>Counts steps, from any thread.</summary>
    /// <param name="steps">Steps played.</param>
    /// <param name="share">Steps by which what is left has become less: more than were played where an episode has ended early.</param>
    public void Add(long steps, long share)
    {
        var played = Interlocked.Add(ref _steps, steps);
        Interlocked.Add(ref _share, share);
        Counted?.Invoke(played);
    }

    /// <summary>Plays under a meter.</summary>
    /// <param name="session">Where progress goes.</param>
    /// <param name="what">What is done, such as <c>playing X-v0</c>.</param>
    /// <param name="whole">The most steps that all of it can take.</param>
    /// <param name="play">Does it.</param>
    public static T Run<T>(Session session, string what, double whole, Func<Meter, T> play)
    {
        var meter = new Meter(whole);
        if (!session.Progress.Profile.Capabilities.Interactive)
        {
            using var timer = new Timer(_ => session.Say($"{what}: {meter.Line()}"), null, _every, _every);
            return play(meter);
        }

        return session.Progress.Progress().AutoClear(true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn()).Start(progress =>
        {
            var task = progress.AddTask(Markup.Escape(what), maxValue: 1);
            using var timer = new Timer(_ =>
            {
                task.Value = meter.Done;
                task.Description = Markup.Escape($"{what}: {meter.Rate}, {meter.Left} left{meter.Note}");
            }, null, TimeSpan.Zero, TimeSpan.FromMilliseconds(200));
            return play(meter);
        });
    }

    private string Left => Done > 0 ? Clock(Elapsed * ((1 - Done) / Done)) : "unknown time";

    private string Line() => string.Create(CultureInfo.InvariantCulture, $"{Done:0.0%}, {Rate}, {Left} left{Note}");

    private static string Clock(TimeSpan time) => time.TotalSeconds < 100
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(time.TotalHours):0}:{time.Minutes:00}:{time.Seconds:00}");
}
